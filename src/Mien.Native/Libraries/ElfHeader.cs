using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary>
/// Reads the first bytes of a library for Linux: where it is for another processor, the loader says only that there is
/// no such file.
/// </summary>
internal static class ElfHeader
{
    private const int Length = 20;

    /// <summary>Says why a file is not a library for this process; null if it is, or the system is not Linux.</summary>
    public static string? Problem(string file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> head = stackalloc byte[Length];
        int read;
        try
        {
            using FileStream stream = File.OpenRead(file);
            read = stream.ReadAtLeast(head, Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read ({e.Message})";
        }

        if (read < Length || !head.StartsWith("\u007fELF"u8))
        {
            return "it is not a native library (no ELF header); copy it again";
        }

        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        ushort expected = Machine(RuntimeInformation.ProcessArchitecture);
        return machine == expected || expected == 0
            ? null
            : $"it is for {Name(machine)}, this process is {Name(expected)}";
    }

    private static ushort Machine(Architecture architecture) =>
        architecture switch
        {
            Architecture.X64 => 62,
            Architecture.Arm64 => 183,
            _ => 0,
        };

    private static string Name(ushort machine) =>
        machine switch
        {
            3 => "x86",
            40 => "arm",
            62 => "x64",
            183 => "arm64",
            _ => $"the processor {machine} of ELF",
        };
}
