using System.Runtime.CompilerServices;

namespace Mien.Video;

/// <summary>
/// Recognizes facial expressions in videos. Thread-safe: several videos can be analysed at the same time. An instance
/// holds the weights of the networks, so create one and share it.
/// </summary>
public sealed class VideoRecognizer : IDisposable
{
    private readonly FaceExpressionRecognizer recognizer;
    private readonly int threads;

    private VideoRecognizer(FaceExpressionRecognizer recognizer, int threads)
    {
        this.recognizer = recognizer;
        this.threads = threads;
    }

    /// <summary>The contract of the expression network: labels and other metadata.</summary>
    public ModelContract Contract => recognizer.Contract;

    /// <summary>Creates a recognizer and loads the expression network.</summary>
    /// <param name="options">
    /// Model, detection and limits; <see langword="null"/> uses the defaults. <see cref="ClassifierOptions.Threads"/>
    /// of <see cref="RecognizerOptions.Inference"/> is the number of threads for one video, at least two; 0 uses the
    /// number of processors.
    /// </param>
    /// <returns>A recognizer that the caller must dispose.</returns>
    /// <exception cref="MienException">
    /// As for <see cref="FaceExpressionRecognizer.Create(RecognizerOptions)"/>.
    /// </exception>
    public static VideoRecognizer Create(RecognizerOptions? options = null)
    {
        options ??= new RecognizerOptions();
        int threads = options.Inference.Threads == 0 ? Environment.ProcessorCount : options.Inference.Threads;

        // Detection and classification run at the same time, so each run of a network takes one thread.
        return new VideoRecognizer(
            FaceExpressionRecognizer.Create(options with { Inference = options.Inference with { Threads = 1 } }),
            threads
        );
    }

    /// <summary>Recognizes the expressions in a video file. Thread-safe.</summary>
    /// <param name="path">The path of the file; URLs are not supported.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">
    /// Cancels the enumeration with an <see cref="OperationCanceledException"/>, after the results that are ready.
    /// </param>
    /// <returns>One result per analysed frame, in order; a frame without a face has one too.</returns>
    /// <exception cref="MienException">
    /// During the enumeration: as for <see cref="VideoReader.OpenAsync(string, VideoOptions, CancellationToken)"/> and
    /// <see cref="VideoReader.ReadFramesAsync"/>; <c>modelFailed</c>. After the result of the last frame that could be
    /// read: <c>truncatedVideo</c>, if the video ended before its stated duration; <c>damagedVideo</c>, if a part of
    /// it could not be decoded.
    /// </exception>
    /// <exception cref="ObjectDisposedException">During the enumeration: this recognizer was disposed.</exception>
    public IAsyncEnumerable<FrameResult> RecognizeAsync(
        string path,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(path);
        return Recognize(token => VideoReader.OpenAsync(path, options, token), options, cancellationToken);
    }

    /// <summary>
    /// Recognizes the expressions in a video, reading a stream from the current position to the end; see
    /// <see cref="RecognizeAsync(string, VideoOptions, CancellationToken)"/>. Thread-safe.
    /// </summary>
    /// <param name="stream">
    /// A readable stream; need not be seekable and is left open. Do not use it until the enumeration has ended.
    /// </param>
    /// <param name="name">The name of the source for error messages; may be <see langword="null"/>.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>One result per analysed frame, in order.</returns>
    /// <exception cref="MienException">As for a path.</exception>
    /// <exception cref="ObjectDisposedException">During the enumeration: this recognizer was disposed.</exception>
    public IAsyncEnumerable<FrameResult> RecognizeAsync(
        Stream stream,
        string? name = null,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Recognize(token => VideoReader.OpenAsync(stream, name, options, token), options, cancellationToken);
    }

    /// <summary>
    /// Recognizes the expressions in the frames of a video that the caller decodes. Needs no <c>ffmpeg</c>.
    /// Thread-safe.
    /// </summary>
    /// <param name="frames">
    /// The frames in the order of their times, enumerated on another thread. All of them are analysed. Each is disposed
    /// as soon as it is not needed, also those that were taken when the enumeration is cancelled or abandoned. A
    /// bounded number is taken in advance.
    /// </param>
    /// <param name="options">
    /// Options; <see langword="null"/> uses the defaults. <see cref="VideoOptions.Tracker"/> and
    /// <see cref="VideoOptions.KeepPhotos"/> are used, the others concern the decoding.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels the enumeration with an <see cref="OperationCanceledException"/>, after the results that are ready.
    /// </param>
    /// <returns>
    /// One result per frame, in order. An exception of <paramref name="frames"/> follows the results of the frames
    /// before it.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// During the enumeration, after the results so far: a frame is <see langword="null"/>, or its time is before that
    /// of the previous frame.
    /// </exception>
    /// <exception cref="MienException">During the enumeration: <c>modelFailed</c>.</exception>
    /// <exception cref="ObjectDisposedException">
    /// During the enumeration: this recognizer or a photo was disposed.
    /// </exception>
    public IAsyncEnumerable<FrameResult> RecognizeFramesAsync(
        IAsyncEnumerable<VideoFrame> frames,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(frames);
        return Analysis(options).Run(frames, cancellationToken);
    }

    /// <summary>
    /// Frees the networks once the calls in progress have ended. Later calls and enumerations in progress throw.
    /// </summary>
    public void Dispose() => recognizer.Dispose();

    /// <summary>Prepares the analysis of one video.</summary>
    internal FrameAnalysis Analysis(VideoOptions? options) => new(recognizer, options ?? new VideoOptions(), threads);

    private async IAsyncEnumerable<FrameResult> Recognize(
        Func<CancellationToken, Task<VideoReader>> open,
        VideoOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        VideoReader reader = await open(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            IAsyncEnumerable<VideoFrame> frames = IncompleteVideo.InOrder(
                reader.ReadFramesAsync(cancellationToken),
                reader.Info.Name,
                cancellationToken
            );
            IAsyncEnumerable<FrameResult> results = Analysis(options).Run(frames, cancellationToken);
            await foreach (FrameResult result in results.ConfigureAwait(false))
            {
                yield return result;
            }

            IncompleteVideo.Check(reader.End, reader.Info.Name);
        }
    }
}
