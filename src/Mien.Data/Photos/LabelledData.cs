namespace Mien.Data;

/// <summary>Labelled pictures in any supported form: photos with labels, or FER2013's own files. Immutable.</summary>
internal sealed class LabelledData
{
    private LabelledData(string name, DatasetReadReport report)
    {
        Name = name;
        Report = report;
    }

    /// <summary>The name of the data, the last part of its path.</summary>
    public string Name { get; }

    /// <summary>Counts, and what was skipped.</summary>
    public DatasetReadReport Report { get; }

    /// <summary>The photos; <c>null</c> for FER2013's files.</summary>
    public LabelledPhotos? Photos { get; private init; }

    /// <summary>The images of FER2013's files; <c>null</c> for photos.</summary>
    public FaceDataset? Images { get; private init; }

    /// <summary>Reads labelled pictures.</summary>
    /// <param name="path">
    /// What <see cref="LabelledPhotos.Read"/> reads, or fer2013.csv, plain, gzipped, in an archive or in a folder.
    /// </param>
    /// <param name="options">The options; images of a CSV file without splits need a default split.</param>
    /// <param name="names">The labels; FER2013's files have the seven expressions.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DataException">As for the two readers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LabelledData Read(
        string path,
        DatasetReadOptions options,
        LabelNames names,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (HoldsImages(path, cancellationToken))
        {
            DatasetReadResult read = DatasetReader.ReadWithReport(
                path,
                options with
                {
                    DefaultSplit = options.DefaultSplit ?? DatasetSplit.Training,
                },
                cancellationToken
            );
            return new LabelledData(read.Dataset.Name, read.Report) { Images = read.Dataset };
        }

        var photos = LabelledPhotos.Read(path, options, names, cancellationToken);
        return new LabelledData(photos.Name, photos.Report) { Photos = photos };
    }

    /// <summary>Whether a path is FER2013's: images as text, an archive, or a folder with such a file.</summary>
    private static bool HoldsImages(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return FolderDatasetReader.FileOf(path) is not null;
        }

        if (!File.Exists(path) || SpecialFile.KindOf(path) is not null)
        {
            return false;
        }

        using ReadAheadStream stream = InputFiles.OpenText(path, cancellationToken);
        ReadOnlySpan<byte> start = stream.Peek();
        return Content.Recognise(start).Kind switch
        {
            ContentKind.Zip or ContentKind.Tar => true,
            ContentKind.Text => CsvColumns.Peek(start).Pixels >= 0,
            _ => false,
        };
    }
}
