namespace Mien;

/// <summary>
/// Tells a missing native library from other failures: libraries reference only the managed parts of ONNX Runtime and
/// Skia.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>
    /// Whether the error, or what caused it, is a native library that could not be loaded or is of another version.
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

    /// <summary>The error that says which package brings it.</summary>
    public static MienException Missing(string library, Exception cause)
    {
        string package =
            library == "SkiaSharp"
                ? "SkiaSharp.NativeAssets.Linux.NoDependencies, .Win32 or .macOS, of the version of SkiaSharp"
                : "Microsoft.ML.OnnxRuntime, of the version of Microsoft.ML.OnnxRuntime.Managed";
        Exception innermost = cause.GetBaseException();
        return new MienException(
            ErrorKind.Unavailable,
            "noNativeLibrary",
            $"{library}'s native library cannot be loaded ({innermost.Message}). The program, not this "
                + $"library, chooses it: add the package {package}, to the program's project.",
            cause
        );
    }
}
