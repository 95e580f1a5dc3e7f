using System.Diagnostics;

namespace Mien.Server;

/// <summary>
/// One image to process. It owns its upload and disposes of it when the job is done or cancelled, so code that awaits
/// <see cref="Completion"/> must not use the upload.
/// </summary>
internal sealed class RecognitionJob(
    Upload upload,
    string? name,
    RecognitionOptions options,
    CancellationToken cancellationToken
)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Dropped = 2;

    private readonly TaskCompletionSource<RecognitionAnswer> completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly long created = Stopwatch.GetTimestamp();
    private CancellationTokenRegistration registration;
    private int state;

    public ReadOnlySpan<byte> Data => upload.Span;

    public string? Name => name;

    public RecognitionOptions Options => options;

    /// <summary>Whether to return the annotated image too.</summary>
    public bool Annotate { get; init; }

    /// <summary>
    /// Whether to compute the appearance of the image and its faces too, by which a tracker recognises cuts and keeps
    /// identities.
    /// </summary>
    public bool WithAppearance { get; init; }

    /// <summary>The trace context of the request.</summary>
    public ActivityContext Parent { get; } = Activity.Current?.Context ?? default;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Completes with the answer or the library's error, or is cancelled.</summary>
    public Task<RecognitionAnswer> Completion => completion.Task;

    /// <summary>The time since the job was created.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(created);

    /// <summary>
    /// Registers a callback for a cancellation before a worker takes the job. Call it once, before queueing the job.
    /// </summary>
    public void WhenDropped(Action dropped) =>
        registration = cancellationToken.Register(() =>
        {
            if (Interlocked.CompareExchange(ref state, Dropped, Waiting) == Waiting)
            {
                dropped();
                upload.Dispose();
                completion.TrySetCanceled(cancellationToken);
            }
        });

    /// <summary>Takes the job for processing.</summary>
    /// <returns>Whether the job was still waiting; if not, it has been cancelled.</returns>
    public bool TryTake() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    public void Succeed(RecognitionAnswer answer)
    {
        Free();
        completion.TrySetResult(answer);
    }

    public void Fail(Exception error)
    {
        Free();
        if (error is OperationCanceledException)
        {
            completion.TrySetCanceled(cancellationToken);
        }
        else
        {
            completion.TrySetException(error);
        }
    }

    private void Free()
    {
        registration.Dispose();
        upload.Dispose();
    }
}
