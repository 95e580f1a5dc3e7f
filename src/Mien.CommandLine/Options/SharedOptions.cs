using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>Options that several programs share; each command gets its own instance.</summary>
internal static class SharedOptions
{
    /// <summary>For a command with a progress bar.</summary>
    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "No progress, only the result." };
}
