namespace Mien.Testing;

/// <summary>
/// A disk that is full after a number of bytes of the files that a test names. It applies to all that Mien writes until
/// it is disposed of.
/// </summary>
public sealed class FullDisk : IDisposable
{
    private readonly Lock gate = new();
    private long room;

    /// <summary>Makes the disk.</summary>
    /// <param name="room">How many bytes fit.</param>
    /// <param name="isOnIt">Whether a file lies on it; by default all do.</param>
    public FullDisk(long room, Func<string, bool>? isOnIt = null)
    {
        this.room = room;
        OutputStream.Between.Value = (name, file) => isOnIt?.Invoke(name) != false ? new Limited(file, this) : file;
    }

    public void Dispose() => OutputStream.Between.Value = null;

    /// <summary>Takes as many bytes as fit.</summary>
    private int Take(int count)
    {
        lock (gate)
        {
            int taken = (int)Math.Min(room, count);
            room -= taken;
            return taken;
        }
    }

    private sealed class Limited(Stream inner, FullDisk disk) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            int taken = disk.Take(count);
            inner.Write(buffer, offset, taken);
            if (taken < count)
            {
                throw new IOException(
                    "No space left on device",
                    OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28
                );
            }
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

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
