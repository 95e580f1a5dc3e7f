namespace Mien.Server;

/// <summary>
/// The bytes of an uploaded image, in pooled memory that counts against the budget. It has one owner at a time, which
/// disposes of it exactly once, since the memory is then reused.
/// </summary>
internal sealed class Upload : IDisposable
{
    private readonly FileBytes bytes;
    private readonly UploadBudget budget;
    private readonly long counted;

    private Upload(FileBytes bytes, UploadBudget budget, long counted)
    {
        this.bytes = bytes;
        this.budget = budget;
        this.counted = counted;
    }

    /// <summary>The bytes of the file; at least one.</summary>
    public ReadOnlySpan<byte> Span => bytes.Span;

    /// <summary>Reads a body completely.</summary>
    /// <param name="body">The body or one part of it.</param>
    /// <param name="name">The file name for error messages.</param>
    /// <param name="maxBytes">The maximum size in bytes.</param>
    /// <param name="budget">The budget that the bytes count against.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="MienException"><c>emptyFile</c>, <c>tooLarge</c>.</exception>
    /// <exception cref="ProblemException">The budget is used up.</exception>
    public static async Task<Upload> ReadAsync(
        Stream body,
        string? name,
        long maxBytes,
        UploadBudget budget,
        CancellationToken cancellationToken
    )
    {
        var counting = new CountingStream(body, budget);
        try
        {
            FileBytes bytes = await InputFile.OpenAsync(
                counting,
                name ?? "the body",
                "image",
                maxBytes,
                cancellationToken
            );
            return new Upload(bytes, budget, counting.Counted);
        }
        catch
        {
            budget.Release(counting.Counted);
            throw;
        }
    }

    public void Dispose()
    {
        bytes.Dispose();
        budget.Release(counted);
    }

    /// <summary>Counts the bytes while they are read.</summary>
    private sealed class CountingStream(Stream body, UploadBudget budget) : ForwardStream
    {
        public long Counted { get; private set; }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            int read = await body.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                if (!budget.TryReserve(read))
                {
                    throw new ProblemException(ProblemKind.Busy, "The memory for uploads is full. Try again later.")
                    {
                        RetryAfter = TimeSpan.FromSeconds(2),
                    };
                }

                Counted += read;
            }

            return read;
        }
    }
}
