namespace Mien.Data.Tests;

public class ReadAheadStreamTests
{
    [Fact]
    public void Returns_all_bytes_in_order_and_then_none()
    {
        byte[] bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        using var stream = new ReadAheadStream(new MemoryStream(bytes), CancellationToken.None);
        Assert.True(stream.Peek().SequenceEqual(bytes.AsSpan(0, 256 * 1024)));
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        Assert.Equal(bytes, copy.ToArray());
        Assert.Equal(0, stream.Read(new byte[10]));
        Assert.True(stream.Peek().IsEmpty);
    }

    [Fact]
    public void An_error_is_thrown_at_its_position()
    {
        using var stream = new ReadAheadStream(new Failing(600_000), CancellationToken.None);
        byte[] buffer = new byte[100_000];
        InvalidDataException error = Assert.Throws<InvalidDataException>(() =>
        {
            while (stream.Read(buffer) > 0) { }
        });
        Assert.Equal("broken", error.Message);
    }

    [Fact]
    public void Disposing_early_stops_the_thread_and_disposes_the_inner_stream()
    {
        var inner = new Failing(long.MaxValue);
        using (var stream = new ReadAheadStream(inner, CancellationToken.None))
        {
            Assert.Equal(10, stream.Read(new byte[10]));
        }

        Assert.True(inner.Disposed);
        long read = inner.Count;
        Assert.True(read < 10_000_000, "read-ahead is bounded");
    }

    [Fact]
    public void Cancelling_stops_a_read()
    {
        using var cancellation = new CancellationTokenSource();
        using var stream = new ReadAheadStream(new Failing(long.MaxValue), cancellation.Token);
        byte[] buffer = new byte[300_000];
        Assert.True(stream.Read(buffer) > 0);
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (stream.Read(buffer) > 0) { }
        });
    }

    /// <summary>Returns zeros up to a position, then throws.</summary>
    private sealed class Failing(long limit) : MemoryStream
    {
        public long Count { get; private set; }

        public bool Disposed { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (Count >= limit)
            {
                throw new InvalidDataException("broken");
            }

            Count += buffer.Length;
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            Disposed = true;
            base.Dispose(disposing);
        }
    }
}
