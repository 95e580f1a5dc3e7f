using System.Diagnostics;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mien pre", "predict")]
    [InlineData("mien inf", "info")]
    [InlineData("mien predict --threa", "--threads")]
    [InlineData("mien predict \"мой фото.png\" --threa", "--threads")] // counted in characters, not in bytes
    [InlineData("mien predict --model sha", "shallow")]
    [InlineData("mien info --device c", "coreml cpu cuda")]
    [InlineData("mien completion f", "fish")]
    [InlineData("mien jobs re", "retry")]
    [InlineData("mien jobs files --nats-cr", "--nats-creds")]
    [InlineData("mien work --until", "--until-empty")]
    [InlineData("mien predict ", "")] // the shell completes file names; options need a dash
    [InlineData("mien predict fa", "")]
    public void Bash_completes(string line, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash on Windows.");

        (string found, string error) = Bash(
            """
            source <("$PROGRAM" completion bash)
            COMP_LINE=$LINE COMP_POINT=${#LINE}
            _mien_complete "$PROGRAM" "${LINE##* }" ""
            echo "${COMPREPLY[*]}"
            """,
            line
        );

        Assert.Equal("", error);
        Assert.Equal(expected, found.TrimEnd('\n'));
    }

    [Fact]
    public void Bash_completes_commands_at_the_start_and_file_names_if_nothing_matches()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash on Windows.");

        (string found, string error) = Bash(
            """
            source <("$PROGRAM" completion bash)
            complete -p mien
            COMP_LINE='mien ' COMP_POINT=5
            _mien_complete "$PROGRAM" "" ""
            printf '%s\n' "${COMPREPLY[@]}"
            """,
            ""
        );

        Assert.Equal("", error);
        string[] lines = found.TrimEnd('\n').Split('\n');
        Assert.Equal("complete -o bashdefault -o default -F _mien_complete mien", lines[0]);
        Assert.Equal(
            [
                "adapt",
                "completion",
                "enqueue",
                "evaluate",
                "info",
                "jobs",
                "merge",
                "models",
                "predict",
                "serve",
                "video",
                "work",
            ],
            lines[1..]
        );
    }

    [Fact]
    public void Bash_completion_executes_nothing_from_the_command_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash on Windows.");

        string witness = folder["ran"];
        (_, string error) = Bash(
            """
            source <("$PROGRAM" completion bash)
            COMP_LINE=$LINE COMP_POINT=${#LINE}
            _mien_complete "$PROGRAM" "${LINE##* }" ""
            """,
            $"mien predict $(touch${{IFS}}'{witness}') `touch '{witness}'` --"
        );

        Assert.Equal("", error);
        Assert.False(File.Exists(witness));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void The_script_of_every_shell_is_valid(string shell)
    {
        CliResult result = Cli.Run("completion", shell);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains("[suggest:", result.Out, StringComparison.Ordinal);
        Assert.Contains("mien", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(
            '@',
            result.Out.Replace("[@]", "", StringComparison.Ordinal).Replace("(@f)", "", StringComparison.Ordinal)
        );
        Assert.DoesNotContain('\r', result.Out);
        string file = folder.Write($"script.{shell}", result.Out);
        if (shell != "pwsh" && Installed(shell)) // pwsh has no option to check the syntax only
        {
            using Process check = Process.Start(
                new ProcessStartInfo(shell, ["-n", file]) { RedirectStandardError = true }
            )!;
            string error = check.StandardError.ReadToEnd();
            check.WaitForExit();
            Assert.Equal(("", 0), (error, check.ExitCode));
        }
    }

    [Fact]
    public void The_script_of_a_program_with_a_dash_has_valid_function_names()
    {
        using var output = new StringWriter();
        var root = new System.CommandLine.RootCommand { CompletionCommand.Create("mien-lab") };

        int code = ConsoleProgram.Run(
            root,
            ["completion", "bash"],
            console: new CommandConsole(output, TextWriter.Null)
        );

        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains(
            "complete -o bashdefault -o default -F _mien_lab_complete mien-lab\n",
            output.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_unknown_shell_is_wrong_usage()
    {
        CliResult result = Cli.Run("completion", "tcsh");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("'tcsh'", result.Error, StringComparison.Ordinal);
        Assert.Contains("'fish'", result.Error, StringComparison.Ordinal);
    }

    private static bool Installed(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(f => File.Exists(Path.Combine(f, program)));

    private static (string Output, string Error) Bash(string script, string line)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "--noprofile", "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "Mien.Cli");
        start.Environment["LINE"] = line;
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process bash = Process.Start(start)!;
        Task<string> error = bash.StandardError.ReadToEndAsync();
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return (output, error.Result);
    }
}
