namespace Mien;

// Many images, a result each, in their order.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>
    /// Recognizes the expressions in many image files, several at a time. An image that cannot be read is a result with
    /// <see cref="RecognitionStatus.Error"/> and never ends the rest. Memory stays constant: at most
    /// <paramref name="parallelism"/> images are decoded at a time and four times as many are ahead of the caller.
    /// Leaving the loop early ends the work under way. Thread-safe.
    /// </summary>
    /// <param name="paths">
    /// The files; enumerated as the work goes on, on other threads than the caller's, one at a time.
    /// </param>
    /// <param name="options">What these images do otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="parallelism">
    /// Images at a time; 0: as many as there are processors. With more than one, set
    /// <see cref="ClassifierOptions.Threads"/> of <see cref="RecognizerOptions.Inference"/> to 1, or the runs of the
    /// networks get into each other's way.
    /// </param>
    /// <param name="cancellationToken">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// A result an image, in the order of <paramref name="paths"/>, each as soon as it and those before it are done.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A path is <see langword="null"/>, or a box of <paramref name="options"/> is empty or not finite.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This recognizer was disposed of.</exception>
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
    /// Recognizes the expressions in image files that come one after the other, such as those that are put into a
    /// folder; see <see cref="RecognizeAsync(IEnumerable{string}, RecognitionOptions, int, CancellationToken)"/>. A
    /// result is there as soon as its image is done, also while the next path is awaited.
    /// </summary>
    /// <param name="paths">The files; enumerated as the work goes on.</param>
    /// <param name="options">What these images do otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="parallelism">Images at a time; 0: as many as there are processors.</param>
    /// <param name="cancellationToken">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A result an image, in the order of <paramref name="paths"/>.</returns>
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
    /// Recognizes the expressions in the bytes of image files, such as those from a database; see
    /// <see cref="RecognizeAsync(IEnumerable{string}, RecognitionOptions, int, CancellationToken)"/>. The results have
    /// no names.
    /// </summary>
    /// <param name="images">The files' bytes, not copied: not to be changed before their results are there.</param>
    /// <param name="options">What these images do otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="parallelism">Images at a time; 0: as many as there are processors.</param>
    /// <param name="cancellationToken">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A result an image, in the order of <paramref name="images"/>.</returns>
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
    /// walked as the work goes on; of a tree of any size only the names in one folder and those above it are held. The
    /// images come in ordinal order of their paths, which is the same on every machine. A folder in it that cannot be
    /// read is a result with <see cref="RecognitionStatus.Error"/>. Hidden files and folders are left out, and links to
    /// folders are not followed.
    /// </summary>
    /// <param name="folder">
    /// The folder. Files that end in .png, .jpg, .jpeg, .jpe, .jfif, .webp, .bmp or .gif count as images.
    /// </param>
    /// <param name="recursive">Whether the folders in it are walked too.</param>
    /// <param name="options">What these images do otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="parallelism">Images at a time; 0: as many as there are processors.</param>
    /// <param name="cancellationToken">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A result an image.</returns>
    /// <exception cref="MienException">
    /// While enumerating: <c>folderNotFound</c>, <c>notAFolder</c>, <c>noPermission</c>, <c>badPath</c>,
    /// <c>unreadableFolder</c>, of <paramref name="folder"/> itself.
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

    /// <summary>The images of a folder; that the folder itself cannot be read is an error and no result.</summary>
    private static IEnumerable<FolderEntry> ImagesIn(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
        {
            throw File.Exists(folder)
                ? new MienException(
                    ErrorKind.BadUsage,
                    "notAFolder",
                    $"{folder}: is a file, expected a folder of images. Name the folder it is in, or recognize "
                        + $"the file itself."
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
