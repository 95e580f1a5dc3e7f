using System.Diagnostics;

namespace Mien.Server;

/// <summary>
/// One image to recognize. It owns its upload, which it frees when it is done or dropped; whoever waits for
/// <see cref="Completion"/> must not touch the upload.
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

    /// <summary>Whether the picture with its faces marked is wanted too.</summary>
    public bool Annotate { get; init; }

    /// <summary>The trace that the work belongs to.</summary>
    public ActivityContext Parent { get; } = Activity.Current?.Context ?? default;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Ends with the answer, with the library's error, or cancelled.</summary>
    public Task<RecognitionAnswer> Completion => completion.Task;

    /// <summary>How long it has waited.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(created);

    /// <summary>Calls back when it is cancelled before a worker took it. Call once, before it is shared.</summary>
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

    /// <summary>A worker takes it.</summary>
    /// <returns>Whether it still waits.</returns>
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
