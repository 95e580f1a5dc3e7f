namespace Mien.Cli;

/// <summary>
/// Processes several images in parallel with <see cref="OrderedBatch"/>, which returns the results in the order of the
/// images. An exception becomes the result of its image and does not affect the other images.
/// </summary>
/// <param name="recognize">Processes an image; called from several threads.</param>
/// <param name="threads">The number of images that are processed at the same time.</param>
/// <param name="grace">
/// How long images in progress may take after Ctrl-C; <c>null</c> for 5 s. Later ones are abandoned, such as a pipe
/// without a writer.
/// </param>
internal sealed class PredictionPipeline(
    Func<InputItem, RecognitionResult> recognize,
    int threads,
    TimeSpan? grace = null
)
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(5);

    /// <summary>Returns one result per image, as they become available.</summary>
    /// <param name="inputs">
    /// The images. They are enumerated as the work proceeds, one at a time, on other threads than the caller's.
    /// </param>
    /// <param name="cancellationToken">Starts no more images; results of those in progress are returned.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled before all images were done.</exception>
    public IEnumerable<ImageOutcome> Run(IEnumerable<InputItem> inputs, CancellationToken cancellationToken) =>
        OrderedBatch
            .Run(
                inputs.ToAsyncEnumerable(),
                (input, stop) => Task.Run(() => Process(input, stop), CancellationToken.None),
                threads,
                grace ?? DefaultGrace,
                cancellationToken
            )
            .ToBlockingEnumerable(CancellationToken.None);

    private ImageOutcome Process(InputItem input, CancellationToken cancellationToken)
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
            // A failure during cancellation may be a consequence of it, so it is not a result of the image.
            cancellationToken.ThrowIfCancellationRequested();
            return new ImageOutcome(input, RecognitionResult.Failed(input.Path, e));
        }
        catch (OutOfMemoryException e)
        {
            return Failed(
                input,
                ErrorKind.Unavailable,
                "outOfMemory",
                "there is not enough memory for this image. Make it smaller, or set --threads 1.",
                e
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug in the program must not lose the other images of a long run.
            return Failed(
                input,
                ErrorKind.Internal,
                "unexpected",
                $"unexpected {e.GetType().Name}: {e.Message} This is a bug in mien: please report it with the image.",
                e
            );
        }
    }

    private static ImageOutcome Failed(InputItem input, ErrorKind kind, string code, string message, Exception e) =>
        new(input, RecognitionResult.Failed(input.Path, new MienException(kind, code, $"{input.Path}: {message}", e)));
}
