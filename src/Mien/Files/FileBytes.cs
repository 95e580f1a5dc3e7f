using System.Globalization;

namespace Mien;

/// <summary>
/// The bytes of an input while they are read and afterwards, in an array from the pool: one photo after the other takes
/// the same memory. Used by one thread at a time; dispose of it when the bytes are no longer needed.
/// </summary>
internal sealed class FileBytes : IDisposable
{
    private const int UnknownLength = 81920;

    private readonly string name;
    private readonly string kind;
    private readonly long maxBytes;
    private byte[] buffer;
    private int count;

    /// <summary>Makes room.</summary>
    /// <param name="stream">What will be read.</param>
    /// <param name="name">Where it comes from, for messages.</param>
    /// <param name="kind">What it should be, for messages, such as <c>image</c>.</param>
    /// <param name="maxBytes">The largest size that is read.</param>
    /// <exception cref="MienException"><c>tooLarge</c>: the stream says that it holds more.</exception>
    public FileBytes(Stream stream, string name, string kind, long maxBytes)
    {
        this.name = name;
        this.kind = kind;
        this.maxBytes = maxBytes;
        long known = stream.CanSeek ? stream.Length - stream.Position : 0;
        CheckSize(known);

        // One byte more than is known to be there: the read that finds the end then needs no larger buffer.
        buffer = PixelPool.Rent((int)Math.Min(known > 0 ? known + 1 : UnknownLength, Array.MaxLength));
    }

    /// <summary>What was read.</summary>
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, count);

    /// <summary>Room for the next read, at least one byte.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (count == buffer.Length)
            {
                byte[] larger = PixelPool.Rent((int)Math.Min(buffer.Length * 2L, Array.MaxLength));
                Span.CopyTo(larger);
                PixelPool.Return(buffer);
                buffer = larger;
            }

            return buffer.AsMemory(count);
        }
    }

    /// <summary>So many bytes were read into <see cref="Free"/>.</summary>
    /// <exception cref="MienException"><c>tooLarge</c>.</exception>
    public void Advance(int bytes)
    {
        count += bytes;
        CheckSize(count);
    }

    /// <summary>The end was reached.</summary>
    /// <exception cref="MienException"><c>emptyFile</c>: there was nothing.</exception>
    public void CheckNotEmpty()
    {
        if (count == 0)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "emptyFile",
                $"{name}: is empty (0 bytes), expected {InputFile.Article(kind)} {kind}. Copy or download it again."
            )
            {
                HttpStatus = 400,
            };
        }
    }

    public void Dispose()
    {
        byte[] rented = buffer;
        buffer = [];
        count = 0;
        if (rented.Length > 0)
        {
            PixelPool.Return(rented);
        }
    }

    private void CheckSize(long bytes)
    {
        // An array cannot be longer, whatever the caller allows.
        long limit = Math.Min(maxBytes, Array.MaxLength - 1);
        if (bytes > limit)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "tooLarge",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: holds {bytes / 1048576.0:0.#} MiB or more, at most {limit / 1048576.0:0.#} MiB "
                        + $"are read as {InputFile.Article(kind)} {kind}. Make it smaller, or raise the limit."
                )
            )
            {
                HttpStatus = 413,
            };
        }
    }
}
