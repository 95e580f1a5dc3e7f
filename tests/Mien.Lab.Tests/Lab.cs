using System.Globalization;
using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>Runs the command line inside the test's process, with the output caught.</summary>
internal static class Lab
{
    public static LabResult Run(params string[] args) => Run(CancellationToken.None, args);

    public static LabResult Run(CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        int code = ConsoleProgram.Run(
            LabCommand.Create(),
            args,
            LabCommand.ExitCodeOf,
            new CommandConsole(output, error),
            cancellationToken
        );
        return new LabResult(code, output.ToString(), error.ToString());
    }
}

/// <summary>What a command left behind.</summary>
public sealed record LabResult(int Code, string Out, string Error);
