using System.Buffers.Binary;
using System.Text;

namespace Mien.Training;

/// <summary>
/// Reads which libraries a 64-bit little-endian ELF file needs (<c>DT_NEEDED</c>). Only the headers are read, because
/// the libraries of CUDA have gigabytes.
/// </summary>
internal static class ElfDependencies
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int MaxTable = 16 << 20; // no dynamic table or string table of a sound library is larger
    private const uint Load = 1; // PT_LOAD
    private const uint Dynamic = 2; // PT_DYNAMIC
    private const long Needed = 1; // DT_NEEDED
    private const long Strings = 5; // DT_STRTAB
    private const long StringsSize = 10; // DT_STRSZ

    /// <summary>Reads the names of the libraries that a file needs, such as <c>libc10.so</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The names in the file's order; none if it is another kind of file or damaged.</returns>
    public static IReadOnlyList<string> Of(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentOutOfRangeException
                        or OverflowException
                        or InvalidDataException
            )
        {
            return [];
        }
    }

    private static List<string> Read(FileStream file)
    {
        byte[] header = Bytes(file, 0, HeaderSize);
        if (!header.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return [];
        }

        int size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x36));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x38));
        byte[] table = Bytes(file, Long(header, 0x20), Math.Max(size, ProgramHeaderSize) * count);
        (uint Type, long Offset, long Address, long Size)[] segments =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => i * size)
                .Select(at =>
                    (
                        BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan(at)),
                        Long(table, at + 8),
                        Long(table, at + 16),
                        Long(table, at + 32)
                    )
                ),
        ];
        var dynamic = segments.FirstOrDefault(s => s.Type == Dynamic);
        byte[] entries = Bytes(file, dynamic.Offset, checked((int)dynamic.Size));
        (long Tag, long Value)[] tags =
        [
            .. Enumerable
                .Range(0, entries.Length / 16)
                .Select(i => (Long(entries, 16 * i), Long(entries, (16 * i) + 8)))
                .TakeWhile(t => t.Item1 != 0),
        ];
        long address = tags.FirstOrDefault(t => t.Tag == Strings).Value;
        var segment = segments.FirstOrDefault(s =>
            s.Type == Load && s.Address <= address && address < s.Address + s.Size
        );
        byte[] strings = Bytes(
            file,
            segment.Offset + (address - segment.Address),
            checked((int)tags.FirstOrDefault(t => t.Tag == StringsSize).Value)
        );
        return [.. tags.Where(t => t.Tag == Needed).Select(t => Text(strings, checked((int)t.Value)))];
    }

    private static long Long(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));

    private static string Text(byte[] strings, int at)
    {
        ReadOnlySpan<byte> rest = strings.AsSpan(at);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static byte[] Bytes(FileStream file, long offset, int count)
    {
        if (count is < 0 or > MaxTable || offset < 0 || offset + count > file.Length)
        {
            throw new InvalidDataException("The file is shorter than its headers say.");
        }

        byte[] bytes = new byte[count];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }
}
