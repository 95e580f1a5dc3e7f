using System.Buffers.Binary;

namespace Mien.Video;

/// <summary>
/// What the outermost structure of a file says: an MP4 or QuickTime file consists of boxes, each with its length, and
/// an AVI file states its length. A file that ends before was cut off; an MP4 file whose data come before its index
/// cannot be read from a pipe. Thread-safe.
/// </summary>
internal static class Container
{
    /// <summary>Whether a file begins as an MP4 or QuickTime file does.</summary>
    public static bool IsMp4(ReadOnlySpan<byte> head) => head.Length >= 8 && IsKnown(head[4..8]);

    /// <summary>Whether a file ends before its structure does.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns><see langword="null"/> if the file is of another kind or cannot be read.</returns>
    public static bool? IsCutOff(string path)
    {
        try
        {
            using var file = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0
            );
            Span<byte> head = stackalloc byte[16];
            long at = 0;
            for (bool isFirst = true; at < file.Length; isFirst = false)
            {
                file.Position = at;
                int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
                if (isFirst && head.StartsWith("RIFF"u8))
                {
                    return file.Length < BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) + 8L;
                }

                if (isFirst && !IsMp4(head[..read]))
                {
                    return null;
                }

                if (Length(head[..read]) is not { } length)
                {
                    return true;
                }

                if (length == 0)
                {
                    return false; // the box reaches to the end
                }

                at += length;
            }

            return at > file.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a file must be read out of order, as far as its first bytes tell: an MP4 file whose data come before its
    /// index, or a GIF, whose end ffmpeg looks for first.
    /// </summary>
    /// <param name="head">The first bytes.</param>
    public static bool NeedsSeeking(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("GIF8"u8))
        {
            return true;
        }

        for (bool isFirst = true; head.Length >= 8; isFirst = false)
        {
            ReadOnlySpan<byte> type = head[4..8];
            if ((isFirst && !IsKnown(type)) || type.SequenceEqual("moov"u8) || type.SequenceEqual("moof"u8))
            {
                return false;
            }

            if (type.SequenceEqual("mdat"u8))
            {
                return true;
            }

            if (Length(head) is not (> 0 and var length) || length >= head.Length)
            {
                return false;
            }

            head = head[(int)length..];
        }

        return false;
    }

    /// <summary>The length of a box with its header: 32 bits, or 64 if they are 1; 0 reaches to the end.</summary>
    private static long? Length(ReadOnlySpan<byte> head)
    {
        if (head.Length < 8)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        return length switch
        {
            0 => 0,
            1 => head.Length >= 16 && BinaryPrimitives.ReadInt64BigEndian(head[8..]) is >= 16 and var large
                ? large
                : null,
            < 8 => null,
            _ => length,
        };
    }

    private static bool IsKnown(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("ftyp"u8)
        || type.SequenceEqual("moov"u8)
        || type.SequenceEqual("mdat"u8)
        || type.SequenceEqual("free"u8)
        || type.SequenceEqual("skip"u8)
        || type.SequenceEqual("wide"u8);
}
