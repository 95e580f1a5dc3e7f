namespace Mien.Data;

/// <summary>
/// Reads labelled face crops into memory, whatever form they have: <c>fer2013.csv</c> and <c>icml_face_data.csv</c>
/// (columns are found by name), the same gzipped, <c>fer2013.tar.gz</c>, the zip archives that Kaggle serves, and
/// folder trees split/class/*.png or *.jpg. The form is recognised by content. Thread-safe: it keeps nothing between
/// calls.
/// </summary>
internal static class DatasetReader
{
    /// <summary>Reads a data set.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">How to read; <c>null</c> for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>All images in the order of the file, or for a tree in the ordinal order of the paths.</returns>
    /// <exception cref="DataException">
    /// The path is missing, damaged or no data set, or a row or an image cannot be read. The message names file, line
    /// and value.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    public static FaceDataset Read(
        string path,
        DatasetReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadWithReport(path, options, cancellationToken).Dataset;

    /// <summary>Reads a data set and tells what was read, and what was left out and why.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">How to read; <c>null</c> for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The data set and the report.</returns>
    /// <exception cref="DataException">See <see cref="Read"/>.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
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
