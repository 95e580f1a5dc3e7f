using System.Diagnostics;

namespace Mien.Cli.Tests;

/// <summary>Starts the built program, for tests that end it.</summary>
internal static class MienProgram
{
    /// <summary>The path of the program.</summary>
    public static string File { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Mien.Cli.exe" : "Mien.Cli");

    public static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(File, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
