using System.IO.Compression;

namespace Mien.Data;

/// <summary>
/// Decompresses gzip and notices where a file was cut off. <see cref="GZipStream"/> does not: it then ends as if all
/// were there (unless a switch for the whole process says otherwise, which is not a library's to set).
/// </summary>
/// <remarks>
/// How it notices: a gzip file may have several members. When the file has ended, one more small member is handed in.
/// If the file was complete, exactly that member's content comes out; if it was cut off, the decompressor takes these
/// bytes for the missing ones, and something else comes out, nothing, or an error.
/// </remarks>
internal sealed class GzipReadStream : ForwardStream
{
    // Long enough that a cut file cannot give the same by chance.
    private static readonly byte[] Content = [.. "the end of the file was reached"u8];
    private static readonly byte[] Member = Compress(Content);

    private readonly EndingStream source;
    private readonly GZipStream gzip;
    private bool ended;

    public GzipReadStream(Stream inner)
    {
        source = new EndingStream(inner);
        gzip = new GZipStream(source, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        if (ended || buffer.IsEmpty)
        {
            return 0;
        }

        int count = gzip.Read(buffer);
        if (count == 0)
        {
            ended = true;
            if (!IsComplete())
            {
                throw new EndOfStreamException("the gzip data ends before its end");
            }
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] content)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.NoCompression))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    private bool IsComplete()
    {
        source.Extra = Member;
        Span<byte> output = stackalloc byte[Content.Length * 2];
        try
        {
            int count = gzip.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);

            // Not asked for: behind the last member stands something else, such as padding, and that is ignored.
            return source.Extra is not null || output[..count].SequenceEqual(Content);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Gives the inner stream's bytes and, once it has ended and more is asked for, the extra ones.</summary>
    private sealed class EndingStream(Stream inner) : ForwardStream
    {
        /// <summary>What is given after the end; <c>null</c> once it is taken.</summary>
        public byte[]? Extra { get; set; }

        public override int Read(Span<byte> buffer)
        {
            if (Extra is not { } extra || buffer.Length < extra.Length)
            {
                return inner.Read(buffer);
            }

            extra.CopyTo(buffer);
            Extra = null;
            return extra.Length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
