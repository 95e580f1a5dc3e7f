using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mien;

/// <summary>
/// Tells whether two paths are the same file or folder, also through links, linked folders and hard links, and in
/// another case where the file system ignores it. Thread-safe.
/// </summary>
internal static partial class FileIdentity
{
    private const int IndexBytes = 52;
    private const uint ReadAttributes = 0x80;
    private const uint ShareAll = 7;
    private const uint OpenExisting = 3;
    private const uint AlsoFolders = 0x02000000;

    /// <summary>
    /// Gets a text that is equal for all paths of the same file or folder: the numbers that the file system gives it.
    /// One that does not exist has those of the first folder above it that exists, and the rest of the path.
    /// </summary>
    /// <param name="path">The path; links are resolved.</param>
    public static string Of(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(PartFile.Target(path));
        string rest = "";
        for (string? at = full; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Number(at) is { } number)
            {
                return number + rest;
            }

            rest = Path.DirectorySeparatorChar + Folded(Path.GetFileName(at)) + rest;
        }

        return Folded(full);
    }

    /// <summary>Names that differ only in case are one file on the usual file systems of Windows and macOS.</summary>
    private static string Folded(string name) => OperatingSystem.IsLinux() ? name : name.ToUpperInvariant();

    private static string? Number(string path) =>
        OperatingSystem.IsWindows() ? OfWindows(path) : SpecialFile.NumberOf(path);

    private static unsafe string? OfWindows(string path)
    {
        using SafeFileHandle file = CreateFile(path, ReadAttributes, ShareAll, 0, OpenExisting, AlsoFolders, 0);
        byte* bytes = stackalloc byte[IndexBytes];
        if (file.IsInvalid || GetFileInformationByHandle(file, bytes) == 0)
        {
            return null;
        }

        // The serial number of the volume, and the two halves of the file's number.
        var information = new ReadOnlySpan<byte>(bytes, IndexBytes);
        return $"{BinaryPrimitives.ReadUInt32LittleEndian(information[28..])}:"
            + $"{BinaryPrimitives.ReadUInt32LittleEndian(information[44..])}:"
            + $"{BinaryPrimitives.ReadUInt32LittleEndian(information[48..])}";
    }

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string path,
        uint access,
        uint share,
        nint security,
        uint disposition,
        uint flags,
        nint template
    );

    [LibraryImport("kernel32.dll")]
    private static unsafe partial int GetFileInformationByHandle(SafeFileHandle file, byte* information);
}
