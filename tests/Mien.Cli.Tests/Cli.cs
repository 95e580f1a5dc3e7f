using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Runs the command line inside the test's process, with the output caught.</summary>
internal static class Cli
{
    public static CliResult Run(params string[] args) => Run(CancellationToken.None, args);

    public static CliResult Run(CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        int code = ConsoleProgram.Run(
            MienCommand.Create(),
            args,
            MienCommand.UserErrorExitCode,
            new CommandConsole(output, error),
            cancellationToken
        );
        return new CliResult(code, output.ToString(), error.ToString());
    }
}

/// <summary>What a command left behind.</summary>
internal sealed record CliResult(int Code, string Out, string Error);
