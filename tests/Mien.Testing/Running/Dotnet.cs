using System.Collections;
using System.Diagnostics;

namespace Mien.Testing;

/// <summary>Runs <c>dotnet</c> and built programs as a user does, each in a separate folder.</summary>
public static class Dotnet
{
    /// <summary>The <c>dotnet</c> that runs these tests, or the one on the path.</summary>
    private static string Program =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    /// <summary>Runs <c>dotnet</c>, which must succeed without a warning.</summary>
    /// <returns>The standard output.</returns>
    public static string Run(string folder, params string[] args)
    {
        // A single build node that exits with the build: starting more takes longer than it saves here.
        bool isBuild = args[0] is "build" or "pack" or "publish";
        string[] nodes = isBuild ? ["-maxCpuCount:1", "-nodeReuse:false"] : [];
        (string output, string error, int code) = Start(Program, folder, [.. args, .. nodes]);
        Assert.True(code == 0, $"dotnet {string.Join(' ', args)}: exit code {code}\n{output}\n{error}");
        Assert.DoesNotContain(": warning ", output, StringComparison.OrdinalIgnoreCase);
        return output;
    }

    /// <summary>Runs a program to its end.</summary>
    public static (string Output, string Error, int Code) Start(string program, string folder, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Variables that 'dotnet test' sets for its own build must not affect this one.
        foreach (
            string name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => (string)e.Key)
        )
        {
            if (
                name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase)
            )
            {
                start.Environment.Remove(name);
            }
        }

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";

        // A build server that stays alive would keep the output pipe open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "true"; // the compiler server is fine: it has its own output
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, error.Result, process.ExitCode);
    }
}
