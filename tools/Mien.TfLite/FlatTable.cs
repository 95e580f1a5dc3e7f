using System.Buffers.Binary;
using System.Text;

namespace Mien.TfLite;

/// <summary>
/// A table of a FlatBuffer, the format of TensorFlow Lite files. A table starts with the signed distance back to its
/// vtable, which lists the offset of each field from the start of the table; 0 or a vtable that ends earlier means that
/// the field has its default value. Tables, vectors and strings are referenced by unsigned distances from the place of
/// the reference. All numbers are little-endian. Fields are numbered as in TensorFlow's schema.fbs, from 0.
/// </summary>
/// <param name="File">The whole file.</param>
/// <param name="Start">Where the table starts.</param>
internal readonly record struct FlatTable(ReadOnlyMemory<byte> File, int Start)
{
    private const int OffsetLength = 4;

    /// <summary>Gets the root table of a file.</summary>
    public static FlatTable Root(ReadOnlyMemory<byte> file) => new(file, Follow(file, 0));

    public bool Flag(int field) => Place(field) is { } place && Slice(File, place, 1)[0] != 0;

    public int Byte(int field) => Place(field) is { } place ? (sbyte)Slice(File, place, 1)[0] : 0;

    public int Int(int field, int otherwise = 0) => Place(field) is { } place ? Int32(File, place) : otherwise;

    public FlatTable? Table(int field) => Place(field) is { } place ? new(File, Follow(File, place)) : null;

    public string Text(int field)
    {
        (int start, int count) = Vector(field, 1);
        return Encoding.UTF8.GetString(Slice(File, start, count));
    }

    public ReadOnlyMemory<byte> Bytes(int field)
    {
        (int start, int count) = Vector(field, 1);
        return File.Slice(start, count);
    }

    public int[] Ints(int field)
    {
        (int start, int count) = Vector(field, sizeof(int));
        int[] values = new int[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = Int32(File, start + (i * sizeof(int)));
        }

        return values;
    }

    public FlatTable[] Tables(int field)
    {
        (int start, int count) = Vector(field, OffsetLength);
        var tables = new FlatTable[count];
        for (int i = 0; i < count; i++)
        {
            tables[i] = new(File, Follow(File, start + (i * OffsetLength)));
        }

        return tables;
    }

    /// <summary>Gets the start and the number of elements of a vector; its end is checked.</summary>
    private (int Start, int Count) Vector(int field, int size)
    {
        if (Place(field) is not { } place)
        {
            return (0, 0);
        }

        int vector = Follow(File, place);
        int count = Int32(File, vector);
        int start = vector + OffsetLength;
        return count >= 0 && count <= (File.Length - start) / size ? (start, count) : throw Damaged(vector);
    }

    private int? Place(int field)
    {
        long vtable = (long)Start - Int32(File, Start);
        if (vtable < 0 || vtable > File.Length)
        {
            throw Damaged(Start);
        }

        // The vtable begins with its own length and that of the table, both in bytes.
        int length = UInt16(File, (int)vtable);
        int entry = 4 + (field * 2);
        int offset = entry + 2 <= length ? UInt16(File, (int)vtable + entry) : 0;
        return offset == 0 ? null : Start + offset;
    }

    private static int Follow(ReadOnlyMemory<byte> file, int place)
    {
        long target = place + (long)(uint)Int32(file, place);
        return target <= file.Length - OffsetLength ? (int)target : throw Damaged(place);
    }

    private static int Int32(ReadOnlyMemory<byte> file, int place) =>
        BinaryPrimitives.ReadInt32LittleEndian(Slice(file, place, sizeof(int)));

    private static int UInt16(ReadOnlyMemory<byte> file, int place) =>
        BinaryPrimitives.ReadUInt16LittleEndian(Slice(file, place, sizeof(ushort)));

    private static ReadOnlySpan<byte> Slice(ReadOnlyMemory<byte> file, int place, int length) =>
        place >= 0 && place <= file.Length - length ? file.Span.Slice(place, length) : throw Damaged(place);

    private static TfLiteException Damaged(int place) =>
        new(
            $"The file is damaged: byte {place} points to something outside its bounds. Expected a TensorFlow Lite "
                + $"file. Restore it again."
        );
}
