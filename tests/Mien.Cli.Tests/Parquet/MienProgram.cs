using System.Diagnostics;

namespace Mien.Cli.Tests;

/// <summary>Starts the built program, for tests that end it.</summary>
internal static class MienProgram
{
    public static Process Start(params string[] args)
    {
        string program = Path.Combine(
            AppContext.BaseDirectory,
            OperatingSystem.IsWindows() ? "Mien.Cli.exe" : "Mien.Cli"
        );
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
