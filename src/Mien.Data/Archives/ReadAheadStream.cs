using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Mien.Data;

/// <summary>
/// Reads another stream into a few blocks on a second thread, so that decompression and parsing overlap. An error of
/// the inner stream is thrown by <see cref="Read(Span{byte})"/> at the position of the failed read. Disposing stops the
/// thread after its current block and disposes of the inner stream. Forward only; one reader.
/// </summary>
internal sealed class ReadAheadStream : ForwardStream
{
    // A block is small enough to be still in the cache when it is parsed. If other programs use the cores, a thread may
    // wait some milliseconds for one; 4 MiB of read-ahead keep the other thread busy meanwhile.
    private const int BlockSize = 256 * 1024;
    private const int BlockCount = 16;

    private readonly Stream inner;
    private readonly CancellationTokenSource cancellation;
    private readonly BlockingCollection<byte[]> free = [];
    private readonly BlockingCollection<Block> full = [];
    private readonly Thread thread;
    private Block current;
    private int position;
    private bool ended;
    private bool disposed;

    public ReadAheadStream(Stream inner, CancellationToken cancellationToken)
    {
        this.inner = inner;
        cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        for (int i = 0; i < BlockCount; i++)
        {
            free.Add(GC.AllocateUninitializedArray<byte>(BlockSize), CancellationToken.None);
        }

        thread = new Thread(Fill) { IsBackground = true, Name = "mien read-ahead" };
        thread.Start();
    }

    /// <summary>The next bytes without consuming them: at least 256 KiB unless the stream ends earlier.</summary>
    public ReadOnlySpan<byte> Peek() => Next() ? current.Bytes.AsSpan(position, current.Length - position) : default;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || !Next())
        {
            return 0;
        }

        int count = Math.Min(buffer.Length, current.Length - position);
        current.Bytes.AsSpan(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            cancellation.Cancel();
            thread.Join();
            inner.Dispose();
            cancellation.Dispose();
            free.Dispose();
            full.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Ensures that the current block has unread bytes; <c>false</c> at the end.</summary>
    private bool Next()
    {
        if (position < current.Length)
        {
            return true;
        }

        if (ended)
        {
            return false;
        }

        if (current.Bytes is not null)
        {
            free.Add(current.Bytes, cancellation.Token);
        }

        current = full.Take(cancellation.Token);
        position = 0;
        current.Error?.Throw();
        ended = current.Length == 0;
        return !ended;
    }

    private void Fill()
    {
        try
        {
            int length;
            do
            {
                byte[] bytes = free.Take(cancellation.Token);
                length = 0;
                try
                {
                    length = inner.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                    full.Add(new Block(bytes, length, null), cancellation.Token);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    full.Add(new Block(bytes, 0, ExceptionDispatchInfo.Capture(e)), cancellation.Token);
                    return;
                }
            } while (length > 0);
        }
        catch (OperationCanceledException)
        {
            // The reader was disposed or cancelled, so no further block is needed.
        }
    }

    private readonly record struct Block(byte[] Bytes, int Length, ExceptionDispatchInfo? Error);
}
