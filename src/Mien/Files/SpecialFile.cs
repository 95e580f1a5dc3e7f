using System.Globalization;
using System.Runtime.InteropServices;

namespace Mien;

/// <summary>
/// Detects named pipes, sockets and devices without opening them: opening a pipe can block forever, and opening a
/// device can have side effects.
/// <para>
/// .NET has no public way to ask: its attributes call a pipe a normal file. The type is asked of the runtime's own
/// native part, which every .NET on Unix carries and which gives the same structure on every system, unlike the C
/// library's <c>stat</c>. For the kind only its first two fields are read, flags and mode, which have stood there since
/// .NET Core 1.0. Should a later runtime lack the function, a file counts as an ordinary one, as before.
/// </para>
/// Thread-safe.
/// </summary>
internal static partial class SpecialFile
{
    /// <summary>
    /// The size of the buffer for the structure, which has 120 bytes in .NET 10. A larger buffer allows for later
    /// versions.
    /// </summary>
    private const int StatusBytes = 1024;
    private const int ModeAt = 4;
    private const int TypeBits = 0xF000;

    // As in .NET 7 to 10; FileIdentityTests find a later change.
    private const int DeviceAt = 88;
    private const int FileAt = 104;

    private static bool isMissing = OperatingSystem.IsWindows();

    /// <summary>
    /// Gets the kind of a special file, such as <c>a named pipe</c>, with links resolved; <see langword="null"/> for
    /// ordinary files and folders, and if nothing exists at the path.
    /// </summary>
    /// <param name="path">The path.</param>
    public static unsafe string? KindOf(string path)
    {
        byte* status = stackalloc byte[StatusBytes];
        return !HasStatus(path, status)
            ? null
            : (*(int*)(status + ModeAt) & TypeBits) switch
            {
                0x1000 => "a named pipe",
                0x2000 or 0x6000 => "a device",
                0xC000 => "a socket",
                _ => null,
            };
    }

    /// <summary>
    /// Gets the numbers of the device and of the file on it, with links resolved; <see langword="null"/> if nothing
    /// exists at the path, and on Windows.
    /// </summary>
    /// <param name="path">The path.</param>
    public static unsafe string? NumberOf(string path)
    {
        byte* status = stackalloc byte[StatusBytes];
        return HasStatus(path, status)
            ? string.Create(CultureInfo.InvariantCulture, $"{*(long*)(status + DeviceAt)}:{*(long*)(status + FileAt)}")
            : null;
    }

    /// <summary>Creates the error for a special file; <see langword="null"/> for ordinary files.</summary>
    /// <param name="path">The path.</param>
    /// <param name="kind">The expected kind of file for error messages, such as <c>image</c>.</param>
    public static MienException? Error(string path, string kind) =>
        KindOf(path) is { } what
            ? new MienException(
                ErrorKind.BadUsage,
                "notAFile",
                $"{path}: is {what}, expected {InputFile.Article(kind)} {kind} file; it was skipped and not opened."
            )
            : null;

    /// <summary>
    /// Checks whether a path is an open file of this process, such as <c>/dev/stdin</c> or the path that a shell passes
    /// for <c>&lt;(command)</c>; such a pipe is meant to be read.
    /// </summary>
    /// <param name="path">The path.</param>
    public static bool IsOpenFile(string path)
    {
        string full = Path.GetFullPath(path);
        return full is "/dev/stdin"
            || full.StartsWith("/dev/fd/", StringComparison.Ordinal)
            || (full.StartsWith("/proc/", StringComparison.Ordinal) && full.Contains("/fd/", StringComparison.Ordinal));
    }

    private static unsafe bool HasStatus(string path, byte* status)
    {
        try
        {
            return !isMissing && Stat(path, status) == 0;
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            isMissing = true;
            return false;
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Stat(string path, byte* status);
}
