using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mien;

/// <summary>
/// Looks at a library for Linux before it is loaded: the loader says only "no such file" of one for another processor,
/// and loading one that is cut off ends the process with a signal.
/// </summary>
internal static class ElfFile
{
    private const int HeaderLength = 64;
    private const int SegmentLength = 56;
    private const uint Loaded = 1; // PT_LOAD

    /// <summary>Says why a file is not a library for this process; null if it is, or the system is not Linux.</summary>
    public static string? Problem(string file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            using FileStream stream = File.OpenRead(file);
            return Problem(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read ({e.Message})";
        }
    }

    private static string? Problem(FileStream stream)
    {
        Span<byte> head = stackalloc byte[HeaderLength];
        int read = stream.ReadAtLeast(head, HeaderLength, throwOnEndOfStream: false);
        if (read < HeaderLength || !head.StartsWith("\u007fELF"u8))
        {
            return "it is not a native library (no ELF header); copy it again";
        }

        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        ushort expected = Machine(RuntimeInformation.ProcessArchitecture);
        if (machine != expected && expected != 0)
        {
            return $"it is for {Name(machine)}, this process is {Name(expected)}";
        }

        return HasAllSegments(
            stream,
            BinaryPrimitives.ReadUInt64LittleEndian(head[32..]),
            BinaryPrimitives.ReadUInt16LittleEndian(head[54..]),
            BinaryPrimitives.ReadUInt16LittleEndian(head[56..])
        )
            ? null
            : $"it is cut off after {stream.Length} bytes; copy it again";
    }

    /// <summary>Whether the file holds every part that the loader maps.</summary>
    private static bool HasAllSegments(FileStream stream, ulong table, ushort entry, ushort count)
    {
        ulong length = (ulong)stream.Length;
        if (table > length || entry < SegmentLength || (ulong)entry * count > length - table)
        {
            return false;
        }

        Span<byte> segment = stackalloc byte[SegmentLength];
        for (uint i = 0; i < count; i++)
        {
            stream.Position = (long)(table + ((ulong)entry * i));
            stream.ReadExactly(segment);
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(segment[8..]);
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(segment[32..]);
            bool isLoaded = BinaryPrimitives.ReadUInt32LittleEndian(segment) == Loaded;
            if (isLoaded && (offset > length || size > length - offset))
            {
                return false;
            }
        }

        return true;
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
