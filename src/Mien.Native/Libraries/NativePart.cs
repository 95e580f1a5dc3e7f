using System.Reflection;
using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary>
/// A native library beside libmien, which is loaded and checked once, before its first use. Thread-safe.
/// </summary>
/// <param name="name">The name of the library, as in DllImport.</param>
/// <param name="title">The name for people.</param>
/// <param name="caller">The assembly that calls it.</param>
/// <param name="problem">What is wrong with the loaded library; null if nothing is.</param>
internal sealed class NativePart(string name, string title, Assembly caller, Func<nint, string?> problem)
{
    private readonly Lock gate = new();
    private bool good;

    /// <summary>What to do about a library that cannot be used.</summary>
    public static string Remedy =>
        $"Keep the files of one published folder together ({FileName("onnxruntime")} and {FileName("libSkiaSharp")} "
        + $"beside libmien), built for {RuntimeInformation.RuntimeIdentifier}.";

    /// <summary>Loads the library from a folder, or else from where the system finds it.</summary>
    /// <param name="folder">The folder of libmien.</param>
    /// <exception cref="MienException"><c>noNativeLibrary</c>.</exception>
    public void Check(string folder)
    {
        if (Volatile.Read(ref good))
        {
            return;
        }

        lock (gate)
        {
            if (good)
            {
                return;
            }

            string file = Path.Combine(folder, FileName(name));
            string? found;
            if (File.Exists(file))
            {
                found = Problem(file);
            }
            else
            {
                file = FileName(name);
                found = Load(file) is { } error ? $"it is not in {folder}, and elsewhere: {error}" : null;
            }

            if (found is not null)
            {
                throw new MienException(
                    ErrorKind.Unavailable,
                    "noNativeLibrary",
                    $"{file} cannot be used as the library of {title}: {found}. {Remedy}"
                );
            }

            Volatile.Write(ref good, true);
        }
    }

    private static string FileName(string name) =>
        OperatingSystem.IsWindows()
            ? $"{name}.dll"
            : (name.StartsWith("lib", StringComparison.Ordinal) ? "" : "lib")
                + name
                + (OperatingSystem.IsMacOS() ? ".dylib" : ".so");

    private string? Problem(string file) => ElfFile.Problem(file) ?? Load(file);

    /// <summary>Loads and checks the library; null if it is good, and then the calls use it.</summary>
    private string? Load(string file)
    {
        try
        {
            nint library = NativeLibrary.Load(file);
            string? found = problem(library);
            if (found is null)
            {
                // The search of the runtime would prefer a library in the folder of the program.
                NativeLibrary.SetDllImportResolver(caller, (wanted, _, _) => wanted == name ? library : 0);
            }

            return found;
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            return NativeFolder.OneLine(e.GetBaseException().Message);
        }
    }
}
