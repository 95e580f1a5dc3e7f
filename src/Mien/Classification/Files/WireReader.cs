using System.Text;

namespace Mien;

/// <summary>
/// Reads the fields of one protobuf message in place. It copies nothing, and skips the content of fields that are not
/// asked for, so reading a message takes time in proportion to the number of its fields.
/// </summary>
/// <param name="bytes">The message.</param>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>The number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The bytes of the current field if it has a length (text, bytes, messages); otherwise empty.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The value of the current field if it is a number without a length; otherwise 0.</summary>
    public ulong Number { get; private set; }

    /// <summary>Whether the current field has a length.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Moves to the next field.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="FormatException">The message is cut off, or it is no message.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint();
        if (tag >> 3 is 0 or > int.MaxValue >> 3)
        {
            throw new FormatException($"a field has the number {tag >> 3}");
        }

        Field = (int)(tag >> 3);
        Content = default;
        Number = 0;
        HasContent = false;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BitConverter.ToUInt64(Take(8));
                break;
            case 2:
                Content = Take(Varint());
                HasContent = true;
                break;
            case 5:
                Number = BitConverter.ToUInt32(Take(4));
                break;
            default:
                throw new FormatException($"a field has the type {tag & 7}");
        }

        return true;
    }

    /// <summary>Adds the integers of the current field, which may be packed, to a list of limited length.</summary>
    /// <exception cref="FormatException">The field is cut off, or there are more integers than allowed.</exception>
    public readonly void AddIntegers(List<long> to, int max)
    {
        if (!HasContent)
        {
            Add((long)Number);
            return;
        }

        var packed = new WireReader(Content);
        while (!packed.rest.IsEmpty)
        {
            Add((long)packed.Varint());
        }

        void Add(long value)
        {
            if (to.Count == max)
            {
                throw new FormatException($"there are more than {max} dimensions or sizes in one place");
            }

            to.Add(value);
        }
    }

    /// <summary>The current field as text for a message, shortened if it is long.</summary>
    public readonly string Text() => Text(Content);

    /// <summary>Bytes as text for a message, shortened if they are many.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= 100 ? Encoding.UTF8.GetString(bytes) : Encoding.UTF8.GetString(bytes[..100]) + "…";

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw new FormatException("it is cut off, or a length in it is wrong");
        }

        ReadOnlySpan<byte> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            if (i >= rest.Length)
            {
                throw new FormatException("it is cut off in a number");
            }

            byte part = rest[i];
            value |= (ulong)(part & 127) << (7 * i);
            if (part < 128)
            {
                rest = rest[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("a number in it has more than 10 bytes");
    }
}
