using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>
/// <c>PROGRAM completion SHELL</c>: prints a script that lets a shell complete commands, options and their values.
/// </summary>
internal static class CompletionCommand
{
    /// <summary>Creates a new command.</summary>
    /// <param name="program">The program's name as it is typed: letters, digits, '-' and '_'.</param>
    /// <returns>The command.</returns>
    public static Command Create(string program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var shell = new Argument<string>("SHELL")
        {
            HelpName = string.Join('|', CompletionScripts.Shells),
            Description = "The shell to print the script for.",
        };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        var command = new Command("completion", "Print a script that enables Tab completion in a shell.") { shell };
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
                "bash, this session only; add it to ~/.bashrc to keep it. zsh: the same in ~/.zshrc, after compinit."
            ),
            ($"{program} completion fish > ~/.config/fish/completions/{program}.fish", "fish, permanently."),
            (
                $"{program} completion pwsh | Out-String | Invoke-Expression",
                "PowerShell, this session only; add the line to $PROFILE to keep it."
            )
        );
    }
}
