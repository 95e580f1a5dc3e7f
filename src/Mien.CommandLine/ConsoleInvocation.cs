using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>
/// Carries the console to the command's action; signals and exceptions are <see cref="ConsoleProgram"/>'s business.
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
