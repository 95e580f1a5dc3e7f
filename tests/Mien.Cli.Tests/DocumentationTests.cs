using System.Diagnostics;
using System.Text;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_command_line_in_the_documentation_is_one_that_mien_takes() =>
        DocumentedCommands.AssertAccepted(MienCommand.Create(), "mien", "src/Mien.Cli");

    [Fact]
    public void The_first_command_of_the_readme_prints_what_the_readme_shows()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md")).ReplaceLineEndings("\n");
        const string Command = "```\ndotnet run -c Release --project src/Mien.Cli -- predict ";
        int at = readme.IndexOf(Command, StringComparison.Ordinal) + Command.Length;
        string[] blocks = readme[at..].Split("\n```\n");
        string shown = blocks[2]; // blocks[1] is the empty line between the two code blocks
        Assert.EndsWith("\n\n…", shown, StringComparison.Ordinal);

        // The program itself, from the repository's root as in a clone: a path is shown as it is given.
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Mien.Cli"))
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (string argument in (string[])["predict", .. blocks[0].Split(' '), "--quiet"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string printed = process.StandardOutput.ReadToEnd().ReplaceLineEndings("\n");
        process.WaitForExit();
        Assert.Equal(ExitCodes.Done, process.ExitCode);
        Assert.StartsWith(shown[..^"\n…".Length].TrimEnd('\n') + "\n", printed, StringComparison.Ordinal);
    }
}
