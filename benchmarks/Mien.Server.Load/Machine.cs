using System.Globalization;
using System.Runtime.InteropServices;

namespace Mien.Server.Load;

/// <summary>The description of the machine.</summary>
internal static class Machine
{
    public static string Line()
    {
        string cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
                ?? "?"
            : "?";
        string load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd}, {cpu}, {Environment.ProcessorCount} logical cores, "
                + $"load {load}; {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"
        );
    }
}
