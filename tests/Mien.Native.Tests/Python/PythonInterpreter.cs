using System.ComponentModel;
using System.Diagnostics;

namespace Mien.Native.Tests;

/// <summary>A Python 3.9 or later with NumPy, which the tests of the Python package run with.</summary>
internal static class PythonInterpreter
{
    /// <summary>Names another interpreter.</summary>
    private const string Variable = "MIEN_PYTHON";

    private const string Check = "import sys, numpy; sys.exit(sys.version_info < (3, 9))";

    private static readonly Lazy<string?> Found = new(() => Candidates().FirstOrDefault(IsUsable));

    /// <summary>The command; skips the test if there is none.</summary>
    public static string Command
    {
        get
        {
            if (Found.Value is { } command)
            {
                return command;
            }

            Requirements.Missing(
                Requirements.Python,
                $"No Python 3.9 or later with NumPy was found. Install it (apt-get install python3-numpy), or set "
                    + $"{Variable} to another python."
            );
            return "";
        }
    }

    // Debian's packages of NumPy belong to /usr/bin/python3, which need not be the first one on the PATH.
    private static IEnumerable<string> Candidates() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? [named]
            : ["/usr/bin/python3", "python3", "python"];

    private static bool IsUsable(string command)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(command, ["-c", Check])
                {
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                }
            )!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
