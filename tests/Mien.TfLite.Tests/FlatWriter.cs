using System.Buffers.Binary;
using System.Text;

namespace Mien.TfLite.Tests;

/// <summary>
/// A table of a FlatBuffer to write: values by field number. A value is an <see cref="int"/>, a <see cref="bool"/>, an
/// <see cref="sbyte"/>, a <see cref="string"/>, an array of numbers or bytes, a table or an array of tables.
/// </summary>
internal sealed class MadeTable : SortedDictionary<int, object>;

/// <summary>Writes a FlatBuffer, each table before what it refers to.</summary>
internal sealed class FlatWriter
{
    private readonly List<byte> bytes = [];

    public static byte[] Write(MadeTable root, string identifier)
    {
        var writer = new FlatWriter();
        writer.bytes.AddRange(new byte[4]);
        writer.bytes.AddRange(Encoding.ASCII.GetBytes(identifier));
        writer.Refer(0, writer.Write(root));
        return [.. writer.bytes];
    }

    private int Write(MadeTable table)
    {
        // A vtable, then the table with 4 bytes for each field, whatever its type.
        Align(4);
        int vtable = bytes.Count;
        int fields = table.Count == 0 ? 0 : table.Keys.Max() + 1;
        int start = (vtable + 4 + (2 * fields) + 3) / 4 * 4;
        int[] places = [.. Enumerable.Range(0, fields).Select(f => table.Keys.Count(k => k < f) * 4 + 4)];
        UInt16(4 + (2 * fields));
        UInt16(4 + (4 * table.Count));
        for (int f = 0; f < fields; f++)
        {
            UInt16(table.ContainsKey(f) ? places[f] : 0);
        }

        Align(4);
        Int32(start - vtable);
        foreach (object value in table.Values)
        {
            Int32(
                value switch
                {
                    int number => number,
                    sbyte number => (byte)number,
                    bool flag => flag ? 1 : 0,
                    _ => 0,
                }
            );
        }

        foreach ((int field, object value) in table)
        {
            if (value is not (int or sbyte or bool))
            {
                Refer(start + places[field], Write(value));
            }
        }

        return start;
    }

    private int Write(object value)
    {
        switch (value)
        {
            case MadeTable table:
                return Write(table);
            case string text:
                int stringStart = Vector([.. Encoding.UTF8.GetBytes(text)], text.Length, 4);
                bytes.Add(0);
                return stringStart;
            case byte[] data:
                // The data of tensors, which TensorFlow Lite wants at multiples of 16.
                return Vector(data, data.Length, 16);
            case int[] numbers:
                byte[] raw = new byte[numbers.Length * sizeof(int)];
                Buffer.BlockCopy(numbers, 0, raw, 0, raw.Length);
                return Vector(raw, numbers.Length, 4);
            case MadeTable[] tables:
                int vector = Vector(new byte[4 * tables.Length], tables.Length, 4);
                for (int i = 0; i < tables.Length; i++)
                {
                    Refer(vector + 4 + (4 * i), Write(tables[i]));
                }

                return vector;
            default:
                throw new ArgumentException($"A FlatBuffer cannot hold a {value.GetType()} here.", nameof(value));
        }
    }

    private int Vector(byte[] data, int count, int alignment)
    {
        while ((bytes.Count + 4) % alignment != 0)
        {
            bytes.Add(0);
        }

        int start = bytes.Count;
        Int32(count);
        bytes.AddRange(data);
        return start;
    }

    private void Refer(int place, int target)
    {
        byte[] distance = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(distance, target - place);
        for (int i = 0; i < 4; i++)
        {
            bytes[place + i] = distance[i];
        }
    }

    private void Align(int alignment)
    {
        while (bytes.Count % alignment != 0)
        {
            bytes.Add(0);
        }
    }

    private void UInt16(int value) => bytes.AddRange(BitConverter.GetBytes((ushort)value));

    private void Int32(int value) => bytes.AddRange(BitConverter.GetBytes(value));
}
