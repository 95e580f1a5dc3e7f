using System.Runtime.InteropServices;

namespace Mien;

/// <summary>
/// Finds named pipes, sockets and devices without opening them: opening a pipe waits for its other end, perhaps for
/// ever, and opening a device can do anything.
/// <para>
/// .NET has no public way to ask: its attributes call a pipe a normal file. The type is asked of the runtime's own
/// native part, which every .NET on Unix carries and which gives the same structure on every system, unlike the C
/// library's <c>stat</c>. Only its first two fields are read, flags and mode, which have stood there since .NET Core
/// 1.0. Should a later runtime lack the function, a file counts as an ordinary one, as before.
/// </para>
/// Thread-safe.
/// </summary>
internal static partial class SpecialFile
{
    /// <summary>The length in bytes of the structure is 120 in .NET 10; more room costs nothing.</summary>
    private const int StatusBytes = 1024;
    private const int ModeAt = 4;
    private const int TypeBits = 0xF000;

    private static bool isMissing = OperatingSystem.IsWindows();

    /// <summary>
    /// What a path means that is neither a file nor a folder, such as <c>a named pipe</c>; behind a link what it leads
    /// to. <see langword="null"/>: an ordinary one, or nothing at all.
    /// </summary>
    /// <param name="path">The path.</param>
    public static unsafe string? KindOf(string path)
    {
        if (isMissing)
        {
            return null;
        }

        byte* status = stackalloc byte[StatusBytes];
        try
        {
            if (Stat(path, status) != 0)
            {
                return null;
            }
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            isMissing = true;
            return null;
        }

        return (*(int*)(status + ModeAt) & TypeBits) switch
        {
            0x1000 => "a named pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    /// <summary>The error of a path that is not opened; <see langword="null"/>: it may be.</summary>
    /// <param name="path">The path.</param>
    /// <param name="kind">What it should be, for messages, such as <c>image</c>.</param>
    public static MienException? Error(string path, string kind) =>
        KindOf(path) is { } what
            ? new MienException(
                ErrorKind.BadUsage,
                "notAFile",
                $"{path}: is {what}, expected {InputFile.Article(kind)} {kind} file; it was skipped and not opened."
            )
            : null;

    /// <summary>
    /// Whether a path is one of the process's own open files, such as <c>/dev/stdin</c> or what a shell gives for
    /// <c>&lt;(command)</c>: a pipe there is meant to be read.
    /// </summary>
    /// <param name="path">The path.</param>
    public static bool IsOpenFile(string path)
    {
        string full = Path.GetFullPath(path);
        return full is "/dev/stdin"
            || full.StartsWith("/dev/fd/", StringComparison.Ordinal)
            || (full.StartsWith("/proc/", StringComparison.Ordinal) && full.Contains("/fd/", StringComparison.Ordinal));
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Stat(string path, byte* status);
}
