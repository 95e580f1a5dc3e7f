using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Forwards reads and counts the bytes; the count may be read from another thread (for progress). If the length is
/// known, an earlier end is an error: the streams of archive entries end silently where an archive was truncated.
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
                string.Create(CultureInfo.InvariantCulture, $"only {Count} of {expectedLength} bytes are present")
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
