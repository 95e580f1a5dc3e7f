using Microsoft.Win32.SafeHandles;

namespace Mien.CommandLine;

/// <summary>
/// Standard output that throws <see cref="OutputClosedException"/> when its reader has closed the pipe, and an
/// error when its disk is full. .NET's own console stream silently drops what is written to a closed pipe, so
/// <c>mien predict folder | head</c> would run on.
/// </summary>
internal sealed class StandardOutputStream : Stream
{
    private readonly Stream inner;
    private readonly bool hasReader;

    /// <summary>Wraps a stream.</summary>
    /// <param name="inner">Where it goes.</param>
    /// <param name="hasReader">Whether it is a pipe or a socket, whose reader may go.</param>
    internal StandardOutputStream(Stream inner, bool hasReader) => (this.inner, this.hasReader) = (inner, hasReader);

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
            return new StandardOutputStream(System.Console.OpenStandardOutput(), hasReader: false);
        }

        // Only for pipes and sockets. On a file, FileStream keeps its own position, so it would overwrite what standard
        // error writes to the same file (mien … > log 2>&1).
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (stream.CanSeek)
        {
            stream.Dispose();
            return new StandardOutputStream(System.Console.OpenStandardOutput(), hasReader: false);
        }

        return new StandardOutputStream(stream, hasReader: true);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException e) when (hasReader && !OutputFile.IsDiskFull(e))
        {
            throw new OutputClosedException(e);
        }
        catch (IOException e)
        {
            throw OutputFile.Error("standard output", e)!;
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
