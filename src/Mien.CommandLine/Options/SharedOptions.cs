using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>Options shared by several programs; each command gets its own instance.</summary>
internal static class SharedOptions
{
    /// <summary>For a command with a progress bar.</summary>
    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Show no progress, only the result." };
}
