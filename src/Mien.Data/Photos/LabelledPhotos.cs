using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Photos of any size with labels: the input of everything that goes through face detection. Only names and labels are
/// read here; the photos are opened by whoever uses them. Immutable and thread-safe.
/// </summary>
internal sealed class LabelledPhotos
{
    /// <summary>The supported forms, for messages.</summary>
    public const string Expected =
        "expected a folder class/photo or split/class/photo, or a CSV file with the columns path and label";

    internal LabelledPhotos(string name, IReadOnlyList<LabelledPhoto> photos, DatasetReadReport report)
    {
        Name = name;
        Photos = photos;
        Report = report;
    }

    /// <summary>The name of the data, the last part of its path.</summary>
    public string Name { get; }

    /// <summary>
    /// The labelled faces, at least one: in the order of the file, or for a folder in the ordinal order of the paths. A
    /// photo occurs once for each of its labelled faces.
    /// </summary>
    public IReadOnlyList<LabelledPhoto> Photos { get; }

    /// <summary>Counts, and what was skipped.</summary>
    public DatasetReadReport Report { get; }

    /// <summary>Whether the data has splits. If it has, every photo has one.</summary>
    public bool HasSplits => Photos[0].Split is not null;

    /// <summary>
    /// Reads labelled photos. The label is one of <paramref name="names"/> in any spelling, or a number from 0 to 6.
    /// </summary>
    /// <param name="path">
    /// A folder class/photo, split/class/photo or class/person/photo: the class is the lowest folder whose name is a
    /// label. Or a CSV file, plain or gzipped, with a header and the columns
    /// <c>path</c> (relative to the folder of the file, or absolute), <c>label</c>, and optionally <c>person</c> and
    /// the four of the face's box: <c>boxX</c>, <c>boxY</c>, <c>boxWidth</c>, <c>boxHeight</c>. Columns are found by
    /// name; others are ignored.
    /// </param>
    /// <param name="options">
    /// Options, of which the image size does not apply; <c>null</c> uses the defaults. The default split is given to
    /// all photos without one.
    /// </param>
    /// <param name="names">The labels; <c>null</c> for the seven expressions.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The photos and what was skipped.</returns>
    /// <exception cref="DataException">
    /// The path is missing or of another kind, or a row is bad and is not to be skipped: an unknown label or split, a
    /// missing photo, an invalid box. The message names file, line and value.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LabelledPhotos Read(
        string path,
        DatasetReadOptions? options = null,
        LabelNames? names = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        names ??= LabelNames.Seven;
        var session = new ReadSession(path, options ?? new DatasetReadOptions(), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        List<LabelledPhoto> photos =
            Directory.Exists(path) ? LabelledPhotoFolder.Read(session, names)
            : File.Exists(path) ? LabelledPhotoFile.Read(session, names)
            : throw new DataException(
                ErrorKind.BadUsage,
                "fileNotFound",
                $"{path} does not exist; {Expected}. Check the path.",
                path
            );
        if (photos.Count == 0)
        {
            throw session.Error(
                "noRows",
                session.Report.SkippedRows == 0
                    ? $"{path} has a header but no rows; expected one row per labelled face."
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{path}: none of its {session.Report.SkippedRows} "
                            + $"{(Directory.Exists(path) ? "photos" : "rows")} could be read. The "
                            + $"first: {session.Report.Messages[0]}."
                    )
            );
        }

        session.Report.Rows = photos.Count;
        session.Report.Source = path;
        session.Done();
        return new LabelledPhotos(session.Name, photos, session.Report);
    }

    /// <summary>Selects the photos of a split.</summary>
    /// <param name="split">The split.</param>
    /// <returns>The photos in their order; empty if there are none.</returns>
    public IReadOnlyList<LabelledPhoto> Of(DatasetSplit split) => [.. Photos.Where(p => p.Split == split)];
}
