using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Testing;

/// <summary>The exit code and the output of a command.</summary>
public sealed record CommandResult(int Code, string Out, string Error)
{
    /// <summary>Runs a command line inside the test process and captures its output.</summary>
    internal static CommandResult Of(
        RootCommand command,
        string[] args,
        Func<Exception, MienException?>? asMien = null,
        CancellationToken cancellationToken = default
    )
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        int code = ConsoleProgram.Run(command, args, new CommandConsole(output, error), asMien, cancellationToken);
        return new CommandResult(code, output.ToString(), error.ToString());
    }
}
