namespace Mien;

/// <summary>
/// Distinguishes missing native libraries from other failures. A program may exclude or replace the native parts of
/// ONNX Runtime and Skia, so they can be absent. Thread-safe.
/// </summary>
internal static class NativeLibraries
{
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
        Exception innermost = cause.GetBaseException();
        return new MienException(
            ErrorKind.Unavailable,
            "noNativeLibrary",
            $"{library}'s native library cannot be loaded ({innermost.Message}). Add the package {package}, to the "
                + $"project of the program. If the program is a published folder, publish or unpack it again for this "
                + $"platform.",
            cause
        );
    }
}
