namespace Mien.Data;

/// <summary>
/// Reads labelled face crops into memory from any supported format: <c>fer2013.csv</c> and <c>icml_face_data.csv</c>
/// (columns are found by name), the same gzipped, <c>fer2013.tar.gz</c>, the zip archives that Kaggle serves, and
/// folder trees split/class/*.png or *.jpg. The format is recognised by content. Thread-safe: there is no state between
/// calls.
/// </summary>
internal static class DatasetReader
{
    /// <summary>Reads a data set.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">Options; <c>null</c> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>All images in the order of the file, or for a folder tree in the ordinal order of the paths.</returns>
    /// <exception cref="DataException">
    /// The path is missing, damaged or not a data set, or a row or an image cannot be read. The message names file,
    /// line and value.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FaceDataset Read(
        string path,
        DatasetReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadWithReport(path, options, cancellationToken).Dataset;

    /// <summary>Reads a data set and reports what was read, and what was skipped and why.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">Options; <c>null</c> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The data set and the report.</returns>
    /// <exception cref="DataException">See <see cref="Read"/>.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DatasetReadResult ReadWithReport(
        string path,
        DatasetReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new DatasetReadOptions();
        options.Validate();
        var session = new ReadSession(path, options, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        FaceDataset dataset =
            Directory.Exists(path) ? FolderDatasetReader.Read(session)
            : File.Exists(path) ? DatasetFileReader.Read(path, session)
            : throw new DataException(
                ErrorKind.BadUsage,
                "fileNotFound",
                $"{path} does not exist; {DatasetFileReader.Expected}. Check the path.",
                path
            );
        session.Done();
        return new DatasetReadResult(dataset, session.Report);
    }
}
