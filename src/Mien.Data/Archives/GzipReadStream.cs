using System.IO.Compression;

namespace Mien.Data;

/// <summary>
/// Decompresses gzip and detects truncated files. <see cref="GZipStream"/> does not: it ends as if the file were
/// complete (unless a process-wide switch says otherwise, which a library should not set).
/// </summary>
/// <remarks>
/// A gzip file may have several members. When the file has ended, one more small member is fed to the decompressor. If
/// the file was complete, exactly that member's content comes out. If it was truncated, the decompressor takes these
/// bytes for the missing ones, and the output is something else, nothing, or an error.
/// </remarks>
internal sealed class GzipReadStream : ForwardStream
{
    // Long enough that a truncated file cannot produce the same output by chance.
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
                throw new EndOfStreamException("the gzip data is truncated");
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

            // The extra member was not read, so the last member is followed by something else, such as padding. That is
            // ignored.
            return source.Extra is not null || output[..count].SequenceEqual(Content);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Returns the inner stream's bytes and, after its end, the extra ones.</summary>
    private sealed class EndingStream(Stream inner) : ForwardStream
    {
        /// <summary>The bytes returned after the end; <c>null</c> once they were read.</summary>
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
