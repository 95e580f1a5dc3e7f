using System.Runtime.InteropServices;

namespace Mien.Testing;

/// <summary>
/// The published library <c>libmien</c>, with its header and the native libraries beside it. It is published once per
/// test run, into the build output of these tests, and only compiled again if its sources changed.
/// </summary>
public static class NativeLibraryBuild
{
    private static readonly Lazy<string> Published = new(Publish);

    /// <summary>
    /// The published folder. Skips the test if clang is missing, or the platform is none that this is tried on.
    /// </summary>
    public static string Folder
    {
        get
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

            return Published.Value;
        }
    }

    /// <summary>The path of the library.</summary>
    public static string Library => Path.Combine(Folder, "libmien.so");

    /// <summary>Finds a program on the PATH; null if it is not there.</summary>
    public static string? ProgramPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    private static string Publish()
    {
        // An output of its own: the restore for a platform would change what the build of the solution restored.
        string artifacts = Repository.PathOf("tests/Mien.Testing/obj/native");
        string folder = Path.Combine(artifacts, "libmien");
        Dotnet.Run(
            Repository.Root,
            "publish",
            "src/Mien.Native",
            "-c",
            "Release",
            "-r",
            "linux-x64",
            "--artifacts-path",
            artifacts,
            "-o",
            folder
        );
        return folder;
    }
}
