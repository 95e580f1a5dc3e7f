using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>
/// Passes the console to the command's action. System.CommandLine's own handling of signals and exceptions is turned
/// off, because <see cref="ConsoleProgram"/> handles them.
/// </summary>
internal sealed class ConsoleInvocation : InvocationConfiguration
{
    public ConsoleInvocation(CommandConsole console)
    {
        Console = console;
        Output = console.Out;
        Error = console.Error;
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    public CommandConsole Console { get; }
}
