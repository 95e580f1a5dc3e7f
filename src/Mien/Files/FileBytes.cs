using System.Globalization;

namespace Mien;

/// <summary>
/// A growing buffer for the bytes of an input, in a pooled array, so that successive photos reuse the same memory. Not
/// thread-safe. Dispose returns the array.
/// </summary>
internal sealed class FileBytes : IDisposable
{
    private const int UnknownLength = 81920;

    private readonly string name;
    private readonly string kind;
    private readonly long maxBytes;
    private byte[] buffer;
    private int count;

    /// <summary>Rents a buffer.</summary>
    /// <param name="stream">The stream that will be read.</param>
    /// <param name="name">The name of the source for error messages.</param>
    /// <param name="kind">The expected kind of file for error messages, such as <c>image</c>.</param>
    /// <param name="maxBytes">The maximum size in bytes.</param>
    /// <exception cref="MienException"><c>tooLarge</c>: the length of the stream exceeds the maximum.</exception>
    public FileBytes(Stream stream, string name, string kind, long maxBytes)
    {
        this.name = name;
        this.kind = kind;
        this.maxBytes = maxBytes;
        long known = stream.CanSeek ? stream.Length - stream.Position : 0;
        CheckSize(known);

        // One byte more than the known length, so that the final read, which detects the end, does not grow the buffer.
        buffer = PixelPool.Rent((int)Math.Min(known > 0 ? known + 1 : UnknownLength, Array.MaxLength));
    }

    /// <summary>The bytes read so far.</summary>
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, count);

    /// <summary>Free space for the next read, at least one byte. Grows the buffer if necessary.</summary>
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

    /// <summary>Records that bytes were read into <see cref="Free"/>.</summary>
    /// <exception cref="MienException"><c>tooLarge</c>: the maximum is exceeded.</exception>
    public void Advance(int bytes)
    {
        count += bytes;
        CheckSize(count);
    }

    /// <summary>Checks, at the end of the stream, that it was not empty.</summary>
    /// <exception cref="MienException"><c>emptyFile</c>: no bytes were read.</exception>
    public void CheckNotEmpty()
    {
        if (count == 0)
        {
            throw InputFile.EmptyFile(name, kind);
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
        // The maximum length of an array also limits what the caller allows.
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
