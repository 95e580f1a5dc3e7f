using System.Collections.Concurrent;

namespace Mien;

/// <summary>
/// Distinguishes missing native libraries from other failures. A program may exclude or replace the native parts of
/// ONNX Runtime and Skia, so they can be absent. Thread-safe.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>The file of ONNX Runtime beside a published program on Linux.</summary>
    public const string OnnxRuntimeFile = "libonnxruntime.so";

    /// <summary>The file of Skia beside a published program on Linux.</summary>
    public const string SkiaFile = "libSkiaSharp.so";

    private static readonly ConcurrentDictionary<string, string?> Problems = new(StringComparer.Ordinal);

    /// <summary>
    /// Checks the file of a native library in the folder of the program, before it is loaded: the system's loader says
    /// of one for another processor that it is not there, and one that is cut off ends the process. Does nothing if the
    /// library is elsewhere, or the system is not Linux.
    /// </summary>
    /// <param name="file">The name of the file.</param>
    /// <exception cref="MienException"><c>noNativeLibrary</c>: the file is not a library for this process.</exception>
    public static void Check(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, file);
        if (Problems.GetOrAdd(path, static p => File.Exists(p) ? ElfFile.Problem(p) : null) is { } problem)
        {
            throw new MienException(
                ErrorKind.Unavailable,
                "noNativeLibrary",
                $"{path}: {problem}. Publish or unpack the folder of the program again, for this platform."
            );
        }
    }

    /// <summary>
    /// Checks whether an error, or one of its causes, is a native library that could not be loaded or has the wrong
    /// version.
    /// </summary>
    public static bool IsMissing(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Creates an error that names the package with the native library.</summary>
    public static MienException Missing(string library, Exception cause)
    {
        string package =
            library == "SkiaSharp"
                ? "SkiaSharp.NativeAssets.Linux.NoDependencies, .Win32 or .macOS, of the version of SkiaSharp"
                : "Microsoft.ML.OnnxRuntime, of the version of Microsoft.ML.OnnxRuntime.Managed";
        string reason = cause.GetBaseException().Message.ReplaceLineEndings(" ").Trim();
        return new MienException(
            ErrorKind.Unavailable,
            "noNativeLibrary",
            $"{library}'s native library cannot be loaded ({reason}). Add the package {package}, to the project of the "
                + $"program. If the program is a published folder, publish or unpack the folder again, "
                + $"for this platform.",
            cause
        );
    }
}
