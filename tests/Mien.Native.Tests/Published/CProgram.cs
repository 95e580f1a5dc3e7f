namespace Mien.Native.Tests;

/// <summary>Compiles C with clang, which the published library needs too, and runs what comes of it.</summary>
internal static class CProgram
{
    /// <summary>Compiles samples/C/recognize.c as its first lines and docs/native.md say.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="headers">The folder of mien.h; by default that of the published library.</param>
    public static string CompileSample(string program, string? headers = null)
    {
        string folder = NativeLibraryBuild.Folder;
        Compile(
            "-std=c99",
            "-pedantic",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-o",
            program,
            Repository.PathOf("samples/C/recognize.c"),
            "-I",
            headers ?? folder,
            "-L",
            folder,
            "-lmien"
        );
        return program;
    }

    public static void Compile(params string[] args)
    {
        (string output, string error, int code) = Dotnet.Start("clang", Path.GetTempPath(), args);
        Assert.True(code == 0, output + error);
    }

    /// <summary>Runs a program with the library of a folder.</summary>
    public static (string Output, string Error, int Code) Run(string program, string library, params string[] args) =>
        Dotnet.Start("env", Path.GetTempPath(), [$"LD_LIBRARY_PATH={library}", program, .. args]);
}
