namespace Mien;

// Asynchronous versions: files are read asynchronously; decoding and the networks run on the thread pool.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>
    /// Recognizes the expressions in an image file asynchronously; see
    /// <see cref="Recognize(string, RecognitionOptions, CancellationToken)"/>. All work is done on the thread pool.
    /// Thread-safe.
    /// </summary>
    /// <param name="path">The path of the file; URLs are not supported.</param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels reading, or the work between two runs of a network.</param>
    /// <returns>
    /// The faces; an image without faces is not an error. The task fails with the exceptions of the synchronous method.
    /// </returns>
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
    /// Recognizes the expressions in an image asynchronously, reading a stream from the current position to the end;
    /// see <see cref="Recognize(Stream, string, RecognitionOptions, CancellationToken)"/>. Thread-safe.
    /// </summary>
    /// <param name="stream">
    /// A readable stream; need not be seekable and is left open. Do not use it until the task has completed.
    /// </param>
    /// <param name="name">
    /// The name of the source for the result and for error messages; may be <see langword="null"/>.
    /// </param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels reading, or the work between two runs of a network.</param>
    /// <returns>
    /// The faces; an image without faces is not an error. The task fails with the exceptions of the synchronous method.
    /// </returns>
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
    /// Recognizes the expressions in an image asynchronously, given the bytes of its file; see
    /// <see cref="Recognize(ReadOnlySpan{byte}, string, RecognitionOptions, CancellationToken)"/>. Thread-safe.
    /// </summary>
    /// <param name="data">
    /// The bytes of the file; not copied, so do not modify them until the task has completed.
    /// </param>
    /// <param name="name">
    /// The name of the source for the result and for error messages; may be <see langword="null"/>.
    /// </param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>
    /// The faces; an image without faces is not an error. The task fails with the exceptions of the synchronous method.
    /// </returns>
    public Task<RecognitionResult> RecognizeAsync(
        ReadOnlyMemory<byte> data,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Recognize(data.Span, name, options, cancellationToken), cancellationToken);

    /// <summary>
    /// Recognizes the expressions in a decoded photo asynchronously; see
    /// <see cref="Recognize(Photo, string, RecognitionOptions, CancellationToken)"/>. Thread-safe.
    /// </summary>
    /// <param name="photo">The photo; do not dispose it until the task has completed.</param>
    /// <param name="name">A name for the result; may be <see langword="null"/>.</param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>
    /// The faces; an image without faces is not an error. The task fails with the exceptions of the synchronous method.
    /// </returns>
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
