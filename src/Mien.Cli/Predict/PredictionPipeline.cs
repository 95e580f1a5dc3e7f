namespace Mien.Cli;

/// <summary>
/// Works on several images at a time and gives their results in the images' order, as <see cref="OrderedBatch"/> does;
/// whatever happens to one image is its result, and the others are done.
/// </summary>
internal sealed class PredictionPipeline(Func<ImageInput, RecognitionResult> recognize, int threads)
{
    /// <summary>
    /// After Ctrl-C images under way may end; one that hangs, such as a pipe that nobody writes to, is left behind.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The results, one an image, as they are done.</summary>
    /// <param name="inputs">The images; taken as there is room, one at a time, on other threads than the caller's.
    /// </param>
    /// <param name="cancellationToken">Begins no more images; what is under way still comes.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before all images were done.</exception>
    public IEnumerable<ImageOutcome> Run(IEnumerable<ImageInput> inputs, CancellationToken cancellationToken) =>
        OrderedBatch
            .Run(
                inputs.ToAsyncEnumerable(),
                (input, stop) => Task.Run(() => Process(input, stop), CancellationToken.None),
                threads,
                Grace,
                cancellationToken
            )
            .ToBlockingEnumerable(CancellationToken.None);

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
                ErrorKind.Unavailable,
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
                ErrorKind.Internal,
                "unexpected",
                $"unexpected {e.GetType().Name}: {e.Message} This is a fault of mien: please report it with the image.",
                e
            );
        }
    }

    private static ImageOutcome Failed(ImageInput input, ErrorKind kind, string code, string message, Exception e) =>
        new(input, RecognitionResult.Failed(input.Path, new MienException(kind, code, $"{input.Path}: {message}", e)));
}
