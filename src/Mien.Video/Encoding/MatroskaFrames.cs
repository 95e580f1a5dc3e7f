using System.Buffers.Binary;
using System.Text;

namespace Mien.Video;

/// <summary>
/// A minimal Matroska stream of raw RGBA frames: unlike raw video in a pipe, it has a time for every frame. The unit of
/// time is a nanosecond, in which the ticks of every time base are found again. Each frame is a cluster of its own,
/// because a block states its time as 16 bits relative to its cluster. Thread-safe.
/// </summary>
internal static class MatroskaFrames
{
    /// <summary>The length of what stands before the pixels of a frame.</summary>
    public const int FrameHeaderLength = IdLength + SizeLength + TimeLength + 1 + SizeLength + BlockHeaderLength;

    private const int IdLength = 4;
    private const int SizeLength = 8;

    /// <summary>The element with the time of a cluster: its identifier, its size and 64 bits.</summary>
    private const int TimeLength = 1 + 1 + 8;

    /// <summary>The number of the track, 16 bits of relative time, and flags.</summary>
    private const int BlockHeaderLength = 4;

    private const uint Ebml = 0x1A45DFA3;
    private const uint Segment = 0x18538067;
    private const uint Info = 0x1549A966;
    private const uint Tracks = 0x1654AE6B;
    private const uint Cluster = 0x1F43B675;

    /// <summary>Sizes are written as 8 bytes, of which the first bit says so.</summary>
    private const ulong LongSize = 1UL << 56;

    /// <summary>The size of an element that ends with the stream: all bits are 1.</summary>
    private const ulong OpenSize = (1UL << 57) - 1;

    /// <summary>The beginning of the stream.</summary>
    /// <param name="width">The width of the frames.</param>
    /// <param name="height">The height of the frames.</param>
    /// <param name="frameNanoseconds">The usual duration of a frame.</param>
    public static byte[] Header(int width, int height, long frameNanoseconds)
    {
        using var stream = new MemoryStream();
        stream.Write(
            Element(
                Ebml,
                Number(0x4286, 1), // version
                Number(0x42F7, 1),
                Number(0x42F2, 4), // the longest identifier
                Number(0x42F3, 8), // the longest size
                Element(0x4282, "matroska"u8.ToArray()),
                Number(0x4287, 4),
                Number(0x4285, 2)
            )
        );
        stream.Write(Bytes(Segment));
        Span<byte> size = stackalloc byte[SizeLength];
        BinaryPrimitives.WriteUInt64BigEndian(size, OpenSize);
        stream.Write(size);
        stream.Write(
            Element(Info, Number(0x2AD7B1, 1), Element(0x4D80, "Mien"u8.ToArray()), Element(0x5741, "Mien"u8.ToArray()))
        );
        stream.Write(
            Element(
                Tracks,
                Element(
                    0xAE,
                    Number(0xD7, 1), // the number of the track
                    Number(0x73C5, 1), // its identifier
                    Number(0x83, 1), // a video
                    Number(0x9C, 0), // frames are not laced
                    Number(0x23E383, frameNanoseconds),
                    Element(0x86, Encoding.ASCII.GetBytes("V_UNCOMPRESSED")),
                    Element(0xE0, Number(0xB0, width), Number(0xBA, height), Element(0x2EB524, "RGBA"u8.ToArray()))
                )
            )
        );
        return stream.ToArray();
    }

    /// <summary>Writes what stands before the pixels of a frame.</summary>
    /// <param name="target">At least <see cref="FrameHeaderLength"/> bytes.</param>
    /// <param name="nanoseconds">The time; not negative.</param>
    /// <param name="length">The number of bytes of the pixels.</param>
    public static void WriteFrameHeader(Span<byte> target, long nanoseconds, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        ulong block = BlockHeaderLength + (ulong)length;
        BinaryPrimitives.WriteUInt32BigEndian(target, Cluster);
        BinaryPrimitives.WriteUInt64BigEndian(target[4..], LongSize | (TimeLength + 1 + SizeLength + block));
        target[12] = 0xE7;
        target[13] = 0x88; // 8 bytes
        BinaryPrimitives.WriteInt64BigEndian(target[14..], nanoseconds);
        target[22] = 0xA3;
        BinaryPrimitives.WriteUInt64BigEndian(target[23..], LongSize | block);
        target[31] = 0x81; // track 1
        target[32] = 0;
        target[33] = 0;
        target[34] = 0x80; // a key frame
    }

    private static byte[] Number(uint id, long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Element(id, bytes);
    }

    private static byte[] Element(uint id, params IReadOnlyList<byte[]> content)
    {
        byte[] name = Bytes(id);
        int length = content.Sum(c => c.Length);
        byte[] element = new byte[name.Length + SizeLength + length];
        name.CopyTo(element, 0);
        BinaryPrimitives.WriteUInt64BigEndian(element.AsSpan(name.Length), LongSize | (uint)length);
        int at = name.Length + SizeLength;
        foreach (byte[] part in content)
        {
            part.CopyTo(element, at);
            at += part.Length;
        }

        return element;
    }

    /// <summary>The bytes of an identifier, without zeros in front.</summary>
    private static byte[] Bytes(uint id)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return [.. bytes.SkipWhile(b => b == 0)];
    }
}
