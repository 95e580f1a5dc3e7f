using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>
/// <c>PROGRAM completion SHELL</c>: prints a script with which a shell completes commands, options and their values.
/// </summary>
internal static class CompletionCommand
{
    /// <summary>Creates the command; every call gives a new one.</summary>
    /// <param name="program">The program's name as it is typed: letters, digits, '-' and '_'.</param>
    /// <returns>The command.</returns>
    public static Command Create(string program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var shell = new Argument<string>("SHELL")
        {
            HelpName = string.Join('|', CompletionScripts.Shells),
            Description = "The shell that the script is for.",
        };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        var command = new Command("completion", "Print a script that makes the Tab key complete commands and options.")
        {
            shell,
        };
        command.SetAction(
            (parsed, _) =>
            {
                CommandConsole.Of(parsed).Out.Write(CompletionScripts.Of(parsed.GetValue(shell)!, program));
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                $"source <({program} completion bash)",
                "For this shell; write the line into ~/.bashrc to keep it. zsh: the same in ~/.zshrc, after compinit."
            ),
            ($"{program} completion fish > ~/.config/fish/completions/{program}.fish", "For fish."),
            (
                $"{program} completion pwsh | Out-String | Invoke-Expression",
                "For PowerShell; write the line into $PROFILE to keep it."
            )
        );
    }
}
