using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Passes reads on and counts the bytes; the count may be read from another thread (for progress). Where the length is
/// known, an end before it is an error: the streams of archive entries end silently where the archive was cut off.
/// </summary>
internal sealed class CountingStream(Stream inner, long expectedLength = 0, bool leaveOpen = false) : ForwardStream
{
    private long count;

    /// <summary>The number of bytes read so far.</summary>
    public long Count => Interlocked.Read(ref count);

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (read == 0 && !buffer.IsEmpty && Count < expectedLength)
        {
            throw new EndOfStreamException(
                string.Create(CultureInfo.InvariantCulture, $"only {Count} of {expectedLength} bytes are there")
            );
        }

        Interlocked.Add(ref count, read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
