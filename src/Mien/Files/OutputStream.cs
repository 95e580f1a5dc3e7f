namespace Mien;

/// <summary>
/// The stream through which Mien writes all files. Failures become errors with the name of the file, and nothing is
/// written after the first one. Not thread-safe.
/// </summary>
internal sealed class OutputStream : Stream
{
    private readonly Stream inner;
    private readonly string name;
    private long whole = -1;
    private MienException? broken;

    private OutputStream(Stream inner, string name) => (this.inner, this.name) = (inner, name);

    /// <summary>
    /// A hook that wraps the stream of a file, for tests of full disks; it receives the name of the file and its
    /// stream. It applies to the asynchronous flow of one test.
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
    /// <param name="path">The path of the file.</param>
    /// <param name="name">The name of the file in error messages.</param>
    /// <param name="mode">Whether the file is created or must exist.</param>
    /// <param name="share">The access allowed to other processes.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission.</exception>
    public static OutputStream Open(string path, string name, FileMode mode, FileShare share)
    {
        // Without a buffer, which would be written again when a failed stream is closed.
        var file = new FileStream(path, mode, FileAccess.Write, share, bufferSize: 0);
        return new OutputStream(Between.Value?.Invoke(name, file) ?? file, name);
    }

    /// <summary>
    /// Marks the content so far as complete: if writing fails later, the file is truncated to this position.
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

    /// <summary>Flushes the content to the operating system, or to the disk.</summary>
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
