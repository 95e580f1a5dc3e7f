using Microsoft.Win32.SafeHandles;

namespace Mien.CommandLine;

/// <summary>
/// Standard output that throws <see cref="OutputClosedException"/> when its reader has closed the pipe. .NET's own
/// console stream silently drops what is written to a closed pipe, so <c>mien predict folder | head</c> would run on.
/// </summary>
internal sealed class StandardOutputStream : Stream
{
    private readonly Stream inner;

    private StandardOutputStream(Stream inner) => this.inner = inner;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens standard output, unbuffered.</summary>
    public static Stream Open()
    {
        if (!System.Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return System.Console.OpenStandardOutput();
        }

        // Only for pipes and sockets. On a file, FileStream keeps its own position, so it would overwrite what standard
        // error writes to the same file (mien … > log 2>&1).
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (stream.CanSeek)
        {
            stream.Dispose();
            return System.Console.OpenStandardOutput();
        }

        return new StandardOutputStream(stream);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException e)
        {
            throw new OutputClosedException(e);
        }
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
