namespace Mien.Cli;

/// <summary>
/// Works on several images at a time and gives their results in the images' order. Only a few images are begun ahead of
/// the one whose result is waited for, so that memory does not grow with their number.
/// </summary>
internal sealed class PredictionPipeline(Func<ImageInput, RecognitionResult> recognize, int threads)
{
    /// <summary>Images begun a thread: a large photo must not leave the other threads without work.</summary>
    private const int Ahead = 4;

    /// <summary>
    /// After Ctrl-C images under way may end; one that hangs, such as a pipe that nobody writes to, is left behind.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The results, one an image, as they are done.</summary>
    /// <param name="inputs">The images; taken from on the caller's thread as there is room.</param>
    /// <param name="cancellationToken">Begins no more images; what is under way still comes.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before all images were done.</exception>
    public IEnumerable<ImageOutcome> Run(IEnumerable<ImageInput> inputs, CancellationToken cancellationToken)
    {
        var factory = new TaskFactory(
            new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler
        );
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken stopped = stop.Token;
        var begun = new Queue<Task<ImageOutcome>>();
        using IEnumerator<ImageInput> next = inputs.GetEnumerator();
        bool more = true;
        try
        {
            while (true)
            {
                while (more && begun.Count < threads * Ahead && !stopped.IsCancellationRequested)
                {
                    more = next.MoveNext();
                    if (more)
                    {
                        ImageInput input = next.Current;
                        begun.Enqueue(factory.StartNew(() => Process(input, stopped), CancellationToken.None));
                    }
                }

                if (begun.Count == 0)
                {
                    break;
                }

                yield return Await(begun.Dequeue(), cancellationToken);
            }

            if (more)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Where the caller stopped taking results: nothing goes on behind its back.
            stop.Cancel();
            Task.WhenAll(begun)
                .ContinueWith(
                    _ => { },
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                )
                .Wait(Grace, CancellationToken.None);
        }
    }

    private static ImageOutcome Await(Task<ImageOutcome> task, CancellationToken cancellationToken)
    {
        try
        {
            return task.WaitAsync(cancellationToken).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            try
            {
                return task.WaitAsync(Grace, CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (TimeoutException)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    private ImageOutcome Process(ImageInput input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return new ImageOutcome(
                input,
                input.Error is null ? recognize(input) : RecognitionResult.Failed(input.Path, input.Error)
            );
        }
        catch (MienException e)
        {
            // What fails because everything is being stopped says nothing about the image.
            cancellationToken.ThrowIfCancellationRequested();
            return new ImageOutcome(input, RecognitionResult.Failed(input.Path, e));
        }
        catch (OutOfMemoryException e)
        {
            return Failed(
                input,
                "outOfMemory",
                "there is not enough memory for this image. Make it smaller, or set --threads 1.",
                e
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of the program; even so the other images of a long run are not lost.
            return Failed(
                input,
                "unexpected",
                $"unexpected {e.GetType().Name}: {e.Message} This is a fault of mien: please report it with the image.",
                e
            );
        }
    }

    private static ImageOutcome Failed(ImageInput input, string code, string message, Exception e) =>
        new(input, RecognitionResult.Failed(input.Path, new MienException(code, $"{input.Path}: {message}", e)));
}
