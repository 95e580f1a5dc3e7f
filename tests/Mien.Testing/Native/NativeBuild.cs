using System.Runtime.InteropServices;

namespace Mien.Testing;

/// <summary>Publishes projects as native programs and libraries, outside the build of the solution.</summary>
internal static class NativeBuild
{
    /// <summary>
    /// Skips the test if clang is missing, or the platform is none that native builds are tested on.
    /// </summary>
    public static void Require()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Requirements.Missing(
                Requirements.NativeAot,
                $"Native builds are tested on linux-x64, not on {RuntimeInformation.RuntimeIdentifier}."
            );
        }

        if (ProgramPath("clang") is null || !File.Exists("/usr/include/zlib.h"))
        {
            Requirements.Missing(
                Requirements.NativeAot,
                "clang or the header of zlib is missing: apt-get install clang zlib1g-dev."
            );
        }
    }

    /// <summary>Finds a program on the PATH; null if it is not there.</summary>
    public static string? ProgramPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Publishes a project.</summary>
    /// <param name="project">Its folder, relative to the repository.</param>
    /// <param name="name">The name of the output's folder.</param>
    /// <param name="more">Further arguments of <c>dotnet publish</c>.</param>
    /// <returns>The published folder.</returns>
    public static string Publish(string project, string name, params string[] more)
    {
        Require();
        // An output of its own: the restore for a platform would change what the build of the solution restored.
        string artifacts = Repository.PathOf("tests/Mien.Testing/obj/native");
        string folder = Path.Combine(artifacts, name);
        Directory.CreateDirectory(artifacts);
        using FileStream turn = TakeTurn(Path.Combine(artifacts, "turn"));
        Dotnet.Run(
            Repository.Root,
            [
                "publish",
                project,
                "-c",
                "Release",
                "-r",
                "linux-x64",
                "--artifacts-path",
                artifacts,
                "-o",
                folder,
                .. more,
            ]
        );
        return folder;
    }

    // Test projects run at the same time, each in its own process, and the builds share the library.
    private static FileStream TakeTurn(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(200);
            }
        }
    }
}
