using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace Mien.Native;

/// <summary>
/// The folder of libmien, which holds the native libraries of ONNX Runtime and Skia too. Checks them before their first
/// use, because some of their own errors come without a reason, and one as a line on the standard error. Thread-safe.
/// </summary>
internal static unsafe partial class NativeFolder
{
    private static readonly Lazy<string?> Own = new(Find);
    private static readonly NativePart OnnxRuntime = new(
        "onnxruntime",
        "ONNX Runtime",
        typeof(InferenceSession).Assembly,
        OnnxRuntimeProblem
    );
    private static readonly NativePart Skia = new("libSkiaSharp", "Skia", typeof(SKCodec).Assembly, SkiaProblem);

    /// <summary>The folder; null if this is not the published library, or the system does not tell.</summary>
    public static string? Path => Own.Value;

    /// <exception cref="MienException"><c>noNativeLibrary</c>.</exception>
    public static void CheckOnnxRuntime()
    {
        if (Path is not null)
        {
            OrtEnv.DisableDllImportResolver = true; // ours takes its place
            OnnxRuntime.Check(Path);
        }
    }

    /// <exception cref="MienException"><c>noNativeLibrary</c>.</exception>
    public static void CheckSkia()
    {
        if (Path is not null)
        {
            Skia.Check(Path);
        }
    }

    /// <summary>Says what a program in C does about a missing library, instead of naming a NuGet package.</summary>
    public static string Explain(MienException missing) =>
        missing.InnerException is { } cause
            ? $"A native library of Mien cannot be loaded ({OneLine(cause.GetBaseException().Message)}). "
                + NativePart.Remedy
            : missing.Message;

    /// <summary>A message of the system's loader, without its line breaks.</summary>
    public static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();

    // ONNX Runtime itself would print to the standard error that it is too old.
    private static string? OnnxRuntimeProblem(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint address))
        {
            return "it has no function OrtGetApiBase";
        }

        var apiBase = ((delegate* unmanaged<OrtApiBase*>)address)();
        string found = Marshal.PtrToStringUTF8(apiBase->GetVersionString()) ?? "";
        string[] parts = found.Split('.');
        Version needed = typeof(InferenceSession).Assembly.GetName().Version!;
        return
            parts.Length >= 2
            && int.TryParse(parts[0], out int major)
            && int.TryParse(parts[1], out int minor)
            && new Version(major, minor) >= new Version(needed.Major, needed.Minor)
            ? null
            : $"its version is {found}, expected {needed.Major}.{needed.Minor} or later";
    }

    private static string? SkiaProblem(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "sk_version_get_milestone", out nint address))
        {
            return "it has no function sk_version_get_milestone";
        }

        int found = ((delegate* unmanaged<int>)address)();
        int needed = SkiaSharpVersion.NativeMinimum.Major;
        return found == needed ? null : $"its milestone is {found}, expected {needed}";
    }

    private static string? Find()
    {
        try
        {
            delegate* unmanaged[Cdecl]<uint> inside = &Exports.AbiVersion;
            string? file = OperatingSystem.IsWindows() ? FindOnWindows((nint)inside) : FindOnUnix((nint)inside);
            return file is null || !System.IO.Path.GetFileName(file).Contains("mien", StringComparison.Ordinal)
                ? null
                : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file));
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            return null; // dladdr is not in the C library before glibc 2.34
        }
    }

    private static string? FindOnUnix(nint address)
    {
        SymbolPlace place = default;
        return FindSymbol(address, &place) == 0 ? null : Marshal.PtrToStringUTF8(place.File);
    }

    private static string? FindOnWindows(nint address)
    {
        const uint FromAddress = 4,
            UnchangedCount = 2;
        nint module = 0;
        char* name = stackalloc char[4096];
        return
            GetModule(FromAddress | UnchangedCount, address, &module) == 0
            || GetModuleFile(module, name, 4096) is not (> 0 and < 4096) and var length
            ? null
            : new string(name);
    }

    [LibraryImport("libc", EntryPoint = "dladdr")]
    private static partial int FindSymbol(nint address, SymbolPlace* place);

    [LibraryImport("kernel32", EntryPoint = "GetModuleHandleExW")]
    private static partial int GetModule(uint flags, nint address, nint* module);

    [LibraryImport("kernel32", EntryPoint = "GetModuleFileNameW")]
    private static partial uint GetModuleFile(nint module, char* name, uint length);

    /// <summary>Dl_info of dlfcn.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SymbolPlace
    {
        public nint File;
        public nint Base;
        public nint Name;
        public nint Address;
    }

    /// <summary>OrtApiBase of onnxruntime_c_api.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OrtApiBase
    {
        public nint GetApi;
        public delegate* unmanaged<nint> GetVersionString;
    }
}
