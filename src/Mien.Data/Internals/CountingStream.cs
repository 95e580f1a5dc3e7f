namespace Mien.Data.Internals;

/// <summary>
/// Passes reads on and counts the bytes; the count may be read from another thread (for progress). Where the length is known,
/// an end before it is an error: the streams of archive entries end silently where the archive was cut off.
/// </summary>
internal sealed class CountingStream(Stream inner, long expectedLength = 0, bool leaveOpen = false) : Stream
{
    private long count;

    /// <summary>The number of bytes read so far.</summary>
    public long Count => Interlocked.Read(ref count);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (read == 0 && !buffer.IsEmpty && Count < expectedLength)
        {
            throw new EndOfStreamException(FormattableString.Invariant($"only {Count} of {expectedLength} bytes are there"));
        }

        Interlocked.Add(ref count, read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
