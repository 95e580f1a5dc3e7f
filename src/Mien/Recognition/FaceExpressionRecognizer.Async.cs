namespace Mien;

// The same calls without blocking the caller: files are read asynchronously, pictures are decoded and the networks run
// on the thread pool.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>
    /// Recognizes the expressions in an image file; see
    /// <see cref="Recognize(string, RecognitionOptions, CancellationToken)"/>. The caller's thread does none of the
    /// work. Thread-safe.
    /// </summary>
    /// <param name="path">The file. URLs are not fetched.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the reading, or the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure. The task fails with what the call that it stands for throws.</returns>
    public Task<RecognitionResult> RecognizeAsync(
        string path,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(path);
        return Task.Run(
            async () =>
            {
                using FileBytes data = await InputFile
                    .OpenAsync(path, "image", Options.Limits.MaxBytes, cancellationToken)
                    .ConfigureAwait(false);
                return Recognize(data.Span, path, options, cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Recognizes the expressions in an image that is read from a stream, from its position to its end; see
    /// <see cref="Recognize(Stream, string, RecognitionOptions, CancellationToken)"/>. Thread-safe.
    /// </summary>
    /// <param name="stream">
    /// A readable stream, which need not be seekable and stays open; not to be used until the task has ended.
    /// </param>
    /// <param name="name">Where it comes from, for the result and for messages.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the reading, or the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure. The task fails with what the call that it stands for throws.</returns>
    public Task<RecognitionResult> RecognizeAsync(
        Stream stream,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Task.Run(
            async () =>
            {
                using FileBytes data = await InputFile
                    .OpenAsync(stream, name ?? "image", "image", Options.Limits.MaxBytes, cancellationToken)
                    .ConfigureAwait(false);
                return Recognize(data.Span, name, options, cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Recognizes the expressions in an image file's bytes; see
    /// <see cref="Recognize(ReadOnlySpan{byte}, string, RecognitionOptions, CancellationToken)"/>. Thread-safe.
    /// </summary>
    /// <param name="data">The file's bytes; not copied, so not to be changed until the task has ended.</param>
    /// <param name="name">Where it comes from, for the result and for messages.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure. The task fails with what the call that it stands for throws.</returns>
    public Task<RecognitionResult> RecognizeAsync(
        ReadOnlyMemory<byte> data,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Recognize(data.Span, name, options, cancellationToken), cancellationToken);

    /// <summary>
    /// Recognizes the expressions in a photo that is decoded already; see
    /// <see cref="Recognize(Photo, string, RecognitionOptions, CancellationToken)"/>. Thread-safe.
    /// </summary>
    /// <param name="photo">The photo; not to be disposed of until the task has ended.</param>
    /// <param name="name">A name for the result.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure. The task fails with what the call that it stands for throws.</returns>
    public Task<RecognitionResult> RecognizeAsync(
        Photo photo,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(photo);
        return Task.Run(() => Recognize(photo, name, options, cancellationToken), cancellationToken);
    }
}
