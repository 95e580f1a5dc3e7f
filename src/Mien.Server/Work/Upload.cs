namespace Mien.Server;

/// <summary>
/// The bytes of an image that a client sent, in memory from the pool and counted against the budget. The array is used
/// by one owner at a time; dispose of it once.
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

    /// <summary>The file's bytes; at least one.</summary>
    public ReadOnlySpan<byte> Span => bytes.Span;

    /// <summary>Reads a body to its end.</summary>
    /// <param name="body">The body, or one part of it.</param>
    /// <param name="name">Its file name, for messages.</param>
    /// <param name="most">The largest size.</param>
    /// <param name="budget">What it is counted against.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="MienException"><c>emptyFile</c>, <c>tooLarge</c>.</exception>
    /// <exception cref="ProblemException">The budget is used up.</exception>
    public static async Task<Upload> ReadAsync(
        Stream body,
        string? name,
        long most,
        UploadBudget budget,
        CancellationToken cancellationToken
    )
    {
        var counting = new CountingStream(body, budget);
        try
        {
            FileBytes bytes = await InputFile.OpenAsync(counting, name ?? "the body", "image", most, cancellationToken);
            return new Upload(bytes, budget, counting.Counted);
        }
        catch
        {
            budget.Give(counting.Counted);
            throw;
        }
    }

    public void Dispose()
    {
        bytes.Dispose();
        budget.Give(counted);
    }

    /// <summary>Counts what is read.</summary>
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
                if (!budget.TryTake(read))
                {
                    throw new ProblemException(
                        ProblemKind.Busy,
                        "The service holds as many uploads as its memory allows. Send the request again later."
                    )
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
