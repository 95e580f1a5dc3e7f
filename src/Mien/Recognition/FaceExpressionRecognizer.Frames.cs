namespace Mien;

// Frames of a video: detection and classification are separate steps, because the detection in a frame may use the
// faces of the previous ones, while the classification of several frames can run at the same time.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>Prepares the detection in the frames of one video, and loads the detector. Thread-safe.</summary>
    /// <param name="threads">The number of threads over which the detector runs of a frame are distributed.</param>
    /// <param name="isFollowing">Whether faces are followed between complete searches.</param>
    /// <exception cref="MienException">As for <see cref="FaceDetector.Load"/>.</exception>
    /// <exception cref="ObjectDisposedException">This recognizer was disposed.</exception>
    internal FaceFollower FollowFaces(int threads, bool isFollowing)
    {
        uses.Enter();
        try
        {
            return Detector().Follow(Options.Detection, threads, isFollowing);
        }
        finally
        {
            uses.Leave();
        }
    }

    /// <summary>Whether a frame is treated as a face crop, as a photo of its size is. Thread-safe.</summary>
    internal bool IsCrop(Photo photo) => IsCrop(photo.Width, photo.Height, new RecognitionOptions());

    /// <summary>Recognizes the expressions of faces that were detected before. Thread-safe.</summary>
    /// <param name="photo">The photo; neither modified nor disposed.</param>
    /// <param name="found">The faces in the photo; may be empty.</param>
    /// <param name="cancellationToken">Cancels the work between two faces.</param>
    /// <returns>The result of <see cref="Recognize(Photo, string, RecognitionOptions, CancellationToken)"/>.</returns>
    /// <exception cref="MienException"><c>modelFailed</c>.</exception>
    /// <exception cref="ObjectDisposedException">This recognizer or the photo was disposed.</exception>
    internal RecognitionResult Recognize(
        Photo photo,
        IReadOnlyList<DetectedFace> found,
        CancellationToken cancellationToken
    )
    {
        uses.Enter();
        try
        {
            var options = new RecognitionOptions();
            return RecognizeFaces(photo, found, 0, null, options, HeadOf(options), cancellationToken);
        }
        finally
        {
            uses.Leave();
        }
    }

    /// <summary>
    /// Recognizes the expressions in a frame, given the bytes of its file, and computes its appearance. Thread-safe.
    /// </summary>
    /// <param name="data">The bytes of the file; not retained.</param>
    /// <param name="name">
    /// The name of the source for the result and for error messages; may be <see langword="null"/>.
    /// </param>
    /// <param name="options">Options for this call.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>
    /// The result of <see cref="Recognize(ReadOnlySpan{byte}, string, RecognitionOptions, CancellationToken)"/>, and
    /// the appearance of the frame with its faces.
    /// </returns>
    internal (RecognitionResult Result, FrameAppearance Appearance) RecognizeFrame(
        ReadOnlySpan<byte> data,
        string? name,
        RecognitionOptions options,
        CancellationToken cancellationToken
    )
    {
        uses.Enter();
        try
        {
            CheckBoxes(options.Boxes);
            cancellationToken.ThrowIfCancellationRequested();
            bool isCrop = IsCrop(data, name, options);
            using Photo photo = isCrop
                ? PhotoDecoder.Decode(data, name ?? "image", Options.Limits)
                : DecodePhoto(data, name, options);
            RecognitionResult result = isCrop
                ? RecognizeCrop(photo.ToGray(), name, options, cancellationToken)
                : RecognizePhoto(photo, name, options, cancellationToken);
            return (result, FrameAppearance.Of(photo, [.. result.Faces.Select(f => f.Box)]));
        }
        finally
        {
            uses.Leave();
        }
    }
}
