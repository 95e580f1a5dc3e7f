using System.Runtime.CompilerServices;

namespace Mien.Video;

/// <summary>
/// Recognizes facial expressions in videos. Thread-safe. An instance holds the weights of the networks, so create one
/// and share it.
/// </summary>
public sealed class VideoRecognizer : IDisposable
{
    private readonly FaceExpressionRecognizer recognizer;

    private VideoRecognizer(FaceExpressionRecognizer recognizer) => this.recognizer = recognizer;

    /// <summary>The contract of the expression network: labels and other metadata.</summary>
    public ModelContract Contract => recognizer.Contract;

    /// <summary>Creates a recognizer and loads the networks.</summary>
    /// <param name="options">Model, detection and limits; <see langword="null"/> uses the defaults.</param>
    /// <returns>A recognizer that the caller must dispose.</returns>
    /// <exception cref="MienException">
    /// As for <see cref="FaceExpressionRecognizer.Create(RecognizerOptions)"/>.
    /// </exception>
    public static VideoRecognizer Create(RecognizerOptions? options = null) =>
        new(FaceExpressionRecognizer.Create(options));

    /// <summary>Recognizes the expressions in the frames of a video that the caller decodes.</summary>
    /// <param name="frames">The frames in the order of their times; each is disposed after its result.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two frames.</param>
    /// <returns>One result per frame, in order.</returns>
    public async IAsyncEnumerable<FrameResult> RecognizeFramesAsync(
        IAsyncEnumerable<VideoFrame> frames,
        VideoOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        options ??= new VideoOptions();
        var tracker = new FaceTracker(options.Tracker);
        await foreach (VideoFrame frame in frames.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            using (frame)
            {
                RecognitionResult result = recognizer.Recognize(
                    frame.Photo,
                    null,
                    new RecognitionOptions { IsFaceCrop = false },
                    cancellationToken
                );
                IReadOnlyList<TrackedFace> faces = tracker.Update(result.Faces, frame.Time);
                yield return new FrameResult(
                    frame.Number,
                    frame.Time,
                    frame.Photo.Width,
                    frame.Photo.Height,
                    faces,
                    false,
                    options.KeepPhotos ? frame.Photo : null
                );
            }
        }
    }

    /// <summary>Frees the networks once the calls in progress have ended. Later calls throw.</summary>
    public void Dispose() => recognizer.Dispose();
}
