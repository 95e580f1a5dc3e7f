namespace Mien;

// Batches: one result per image, in the order of the images.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>
    /// Recognizes the expressions in many image files, several at a time. An unreadable image gives a result with
    /// <see cref="RecognitionStatus.Error"/> and does not stop the batch. Memory is bounded: at most
    /// <paramref name="parallelism"/> images are processed at a time, and at most four times as many results are
    /// pending. Leaving the loop early cancels the work in progress. Thread-safe.
    /// </summary>
    /// <param name="paths">The paths of the files; enumerated lazily, on one other thread at a time.</param>
    /// <param name="options">Options for all images; <see langword="null"/> uses the defaults.</param>
    /// <param name="parallelism">
    /// The number of images processed at a time; 0 uses the number of processors. If it is more than one, set
    /// <see cref="ClassifierOptions.Threads"/> of <see cref="RecognizerOptions.Inference"/> to 1; otherwise the runs of
    /// the networks compete for the processors.
    /// </param>
    /// <param name="cancellationToken">Cancels the batch with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// One result per image, in the order of <paramref name="paths"/>, as soon as it and all results before it are
    /// available.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A path is <see langword="null"/>, or a box of <paramref name="options"/> is empty or not finite.
    /// </exception>
    /// <exception cref="MienException"><c>noSuchHead</c>: the model has no such head.</exception>
    /// <exception cref="ObjectDisposedException">This recognizer was disposed.</exception>
    public IAsyncEnumerable<RecognitionResult> RecognizeAsync(
        IEnumerable<string> paths,
        RecognitionOptions? options = null,
        int parallelism = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        return RecognizeAsync(paths.ToAsyncEnumerable(), options, parallelism, cancellationToken);
    }

    /// <summary>
    /// Recognizes the expressions in image files whose paths arrive over time, such as new files in a folder; see
    /// <see cref="RecognizeAsync(IEnumerable{string}, RecognitionOptions, int, CancellationToken)"/>. A result is
    /// returned as soon as its image is done, even while the next path is awaited. Thread-safe.
    /// </summary>
    /// <param name="paths">The paths of the files; enumerated lazily.</param>
    /// <param name="options">Options for all images; <see langword="null"/> uses the defaults.</param>
    /// <param name="parallelism">The number of images processed at a time; 0 uses the number of processors.</param>
    /// <param name="cancellationToken">Cancels the batch with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One result per image, in the order of <paramref name="paths"/>.</returns>
    public IAsyncEnumerable<RecognitionResult> RecognizeAsync(
        IAsyncEnumerable<string> paths,
        RecognitionOptions? options = null,
        int parallelism = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        return Batch(paths, path => path, RecognizeAsync, options, parallelism, cancellationToken);
    }

    /// <summary>
    /// Recognizes the expressions in many images, given the bytes of their files, for example from a database; see
    /// <see cref="RecognizeAsync(IEnumerable{string}, RecognitionOptions, int, CancellationToken)"/>. The results have
    /// no names. Thread-safe.
    /// </summary>
    /// <param name="images">
    /// The bytes of each file; not copied, so do not modify them until the result is returned.
    /// </param>
    /// <param name="options">Options for all images; <see langword="null"/> uses the defaults.</param>
    /// <param name="parallelism">The number of images processed at a time; 0 uses the number of processors.</param>
    /// <param name="cancellationToken">Cancels the batch with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One result per image, in the order of <paramref name="images"/>.</returns>
    public IAsyncEnumerable<RecognitionResult> RecognizeAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> images,
        RecognitionOptions? options = null,
        int parallelism = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        return Batch(
            images,
            _ => null,
            (data, o, token) => RecognizeAsync(data, null, o, token),
            options,
            parallelism,
            cancellationToken
        );
    }

    /// <summary>
    /// Recognizes the expressions in the images of a folder; see
    /// <see cref="RecognizeAsync(IEnumerable{string}, RecognitionOptions, int, CancellationToken)"/>. The folder is
    /// searched lazily: only the names in one folder and its parent folders are in memory. Images are in ordinal order
    /// of their paths, which is the same on every machine. An unreadable subfolder gives a result with
    /// <see cref="RecognitionStatus.Error"/>. Hidden files and folders are skipped, and links to folders are not
    /// followed. Thread-safe.
    /// </summary>
    /// <param name="folder">
    /// The folder. Images are files with the extension .png, .jpg, .jpeg, .jpe, .jfif, .webp, .bmp or .gif.
    /// </param>
    /// <param name="recursive">Whether subfolders are searched too.</param>
    /// <param name="options">Options for all images; <see langword="null"/> uses the defaults.</param>
    /// <param name="parallelism">The number of images processed at a time; 0 uses the number of processors.</param>
    /// <param name="cancellationToken">Cancels the batch with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One result per image.</returns>
    /// <exception cref="MienException">
    /// During enumeration, for <paramref name="folder"/> itself: <c>folderNotFound</c>, <c>notAFolder</c>,
    /// <c>noPermission</c>, <c>badPath</c>, <c>unreadableFolder</c>.
    /// </exception>
    public IAsyncEnumerable<RecognitionResult> RecognizeFolderAsync(
        string folder,
        bool recursive = false,
        RecognitionOptions? options = null,
        int parallelism = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Batch(
            ImagesIn(folder, recursive).ToAsyncEnumerable(),
            entry => entry.Path,
            (entry, o, token) =>
                entry.Error is { } error
                    ? Task.FromException<RecognitionResult>(error)
                    : RecognizeAsync(entry.Path, o, token),
            options,
            parallelism,
            cancellationToken
        );
    }

    /// <summary>
    /// Lists the images of a folder. If the folder itself is unreadable, this throws instead of giving an error result.
    /// </summary>
    private static IEnumerable<FolderEntry> ImagesIn(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
        {
            throw File.Exists(folder)
                ? new MienException(
                    ErrorKind.BadUsage,
                    "notAFolder",
                    $"{folder}: is a file, expected a folder of images. Give the folder that contains it, or "
                        + $"recognize the file itself."
                )
                : new MienException(
                    ErrorKind.BadUsage,
                    "folderNotFound",
                    $"{folder}: there is no such folder. Check the path."
                );
        }

        foreach (FolderEntry entry in FolderWalk.Images(folder, recursive ? int.MaxValue : 0))
        {
            yield return entry is { Relative: "", Error: { } error } ? throw error : entry;
        }
    }

    private IAsyncEnumerable<RecognitionResult> Batch<T>(
        IAsyncEnumerable<T> source,
        Func<T, string?> name,
        Func<T, RecognitionOptions?, CancellationToken, Task<RecognitionResult>> recognize,
        RecognitionOptions? options,
        int parallelism,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parallelism);
        CheckBoxes(options?.Boxes);
        HeadOf(options ?? new RecognitionOptions());
        return OrderedBatch.Run(
            source,
            One,
            parallelism == 0 ? Environment.ProcessorCount : parallelism,
            Timeout.InfiniteTimeSpan,
            cancellationToken
        );

        async Task<RecognitionResult> One(T item, CancellationToken token)
        {
            try
            {
                return await recognize(item, options, token).ConfigureAwait(false);
            }
            catch (MienException e)
            {
                return RecognitionResult.Failed(name(item), e);
            }
        }
    }
}
