using System.Diagnostics;
using System.Globalization;

namespace Mien.Testing;

/// <summary>
/// Interrupts a program as Ctrl-C does, with SIGINT. If this process was started with SIGINT ignored (by nohup, or in
/// the background of a script), its children ignore it too, so SIGTERM is sent instead.
/// </summary>
internal static class Interruption
{
    private static readonly bool Ignored = IsIgnored();

    /// <summary>The message of the program when it is interrupted.</summary>
    public static string Message => Ignored ? "Stopping." : "Stopping; press Ctrl-C again to stop at once.";

    /// <summary>Sends the signal to a process, and waits until it is delivered.</summary>
    public static void Send(Process process) => Send(process, Ignored ? "TERM" : "INT");

    /// <summary>Sends SIGTERM to a process, and waits until it is delivered.</summary>
    public static void Terminate(Process process) => Send(process, "TERM");

    private static void Send(Process process, string signal)
    {
        using Process kill = Process.Start(
            "sh",
            ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process.Id}")]
        );
        kill.WaitForExit();
    }

    private static bool IsIgnored()
    {
        const string Key = "SigIgn:";
        string? line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal))
            : null;
        return line is not null
            && (ulong.Parse(line.AsSpan(Key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2)
                != 0; // bit 1: signal 2
    }
}
