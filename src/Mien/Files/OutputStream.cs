namespace Mien;

/// <summary>
/// The one stream through which Mien writes files: what goes wrong is an error with the file's name, and after the
/// first failure nothing more is written. Not thread-safe.
/// </summary>
internal sealed class OutputStream : Stream
{
    private readonly Stream inner;
    private readonly string name;
    private long whole = -1;
    private MienException? broken;

    private OutputStream(Stream inner, string name) => (this.inner, this.name) = (inner, name);

    /// <summary>
    /// Puts a stream between, for tests of full disks: given the file's name and its stream. Follows the calls of one
    /// test.
    /// </summary>
    public static AsyncLocal<Func<string, Stream, Stream>?> Between { get; } = new();

    public override bool CanRead => false;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="mode">Whether it is made or must be there.</param>
    /// <param name="share">What others may do meanwhile.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission.</exception>
    public static OutputStream Open(string path, string name, FileMode mode, FileShare share)
    {
        // Without a buffer of its own, which would be written once more when a stream that failed is closed.
        var file = new FileStream(path, mode, FileAccess.Write, share, bufferSize: 0);
        return new OutputStream(Between.Value?.Invoke(name, file) ?? file, name);
    }

    /// <summary>
    /// Says that what was written so far can stand by itself: if something fails later, the file is cut off here.
    /// </summary>
    public void MarkWhole() => whole = inner.CanSeek ? inner.Position : -1;

    /// <summary>Whether writing has failed.</summary>
    public bool IsBroken => broken is not null;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowIfBroken();
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (OutputFile.Error(name, e) is { } error)
        {
            broken = error;
            throw error;
        }
    }

    public override void Flush() => Flush(flushToDisk: false);

    /// <summary>Hands what was written to the system, or to the disk.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Flush(bool flushToDisk)
    {
        ThrowIfBroken();
        try
        {
            inner.Flush();
            if (flushToDisk && inner is FileStream file)
            {
                file.Flush(flushToDisk: true);
            }
        }
        catch (Exception e) when (OutputFile.Error(name, e) is { } error)
        {
            broken = error;
            throw error;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                if (IsBroken && whole >= 0)
                {
                    inner.SetLength(whole);
                }

                inner.Dispose();
            }
            catch (Exception e) when (OutputFile.Error(name, e) is { } error)
            {
                if (!IsBroken)
                {
                    broken = error;
                    throw error;
                }
            }
        }

        base.Dispose(disposing);
    }

    private void ThrowIfBroken()
    {
        if (broken is not null)
        {
            throw new MienException(broken.Kind, broken.Code, broken.Message, broken);
        }
    }
}
