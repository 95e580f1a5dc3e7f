using System.Globalization;
using Mien.Adaptation;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Cli;

/// <summary>The labelled faces of some data, and what is known of them.</summary>
/// <param name="Faces">The faces, those that cannot be used first.</param>
/// <param name="Notes">What a reader of the report should know of the data.</param>
internal sealed record AdaptFaces(IReadOnlyList<LabelledFace> Faces, IReadOnlyList<string> Notes)
{
    /// <summary>Reads the labels; pictures are read later.</summary>
    /// <param name="path">The data.</param>
    /// <param name="split">The split; <c>null</c> for Training, and for all pictures of data without splits.</param>
    /// <param name="names">The labels of the adapted model.</param>
    /// <param name="isOnePerson">Whether all pictures are of one person, so that nothing is kept together.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static AdaptFaces Read(
        string path,
        DatasetSplit? split,
        LabelNames names,
        bool isOnePerson,
        CancellationToken cancellationToken
    )
    {
        var options = new DatasetReadOptions
        {
            // A bad row is in the report, and the rest goes on.
            SkipBadRows = true,

            // A folder 'test' may hold PrivateTest, which is never used.
            TestFolderSplit = DatasetSplit.PrivateTest,
        };
        var data = LabelledData.Read(path, options, names, cancellationToken);
        IEnumerable<LabelledFace> bad = data.Report.BadRows.Select(Unusable);
        return data.Images is { } images
            ? FromImages(path, images, split ?? DatasetSplit.Training, bad)
            : FromPhotos(path, data.Photos!, split, names, isOnePerson, bad);
    }

    private static AdaptFaces FromImages(
        string path,
        FaceDataset images,
        DatasetSplit split,
        IEnumerable<LabelledFace> bad
    )
    {
        int[] indices = images.IndicesOf(split);
        return indices.Length == 0
            ? throw EvaluateRun.NoSuchSplit(path, split, images.Splits)
            : new AdaptFaces(
                [.. bad, .. indices.Select(i => LabelledFace.FromDataset(images, i))],
                [SplitNote(split, indices.Length, images.Count)]
            );
    }

    private static AdaptFaces FromPhotos(
        string path,
        LabelledPhotos read,
        DatasetSplit? split,
        LabelNames names,
        bool isOnePerson,
        IEnumerable<LabelledFace> bad
    )
    {
        if (!read.HasSplits && split is not null)
        {
            throw new UsageException(
                $"{path}: the pictures have no splits, so --split {split} selects none of them. Leave out --split."
            );
        }

        DatasetSplit used = split ?? DatasetSplit.Training;
        IReadOnlyList<LabelledPhoto> photos = read.HasSplits ? read.Of(used) : read.Photos;
        if (photos.Count == 0)
        {
            throw EvaluateRun.NoSuchSplit(path, used, read.Photos.Select(p => p.Split!.Value));
        }

        var groups = PhotoGroups.Of(photos, names);
        var notes = new List<string>();
        if (read.HasSplits)
        {
            notes.Add(SplitNote(used, photos.Count, read.Photos.Count));
        }

        if (!isOnePerson && groups.Kind != PhotoGroupKind.None)
        {
            notes.Add(GroupNote(groups));
        }

        return new AdaptFaces(
            [
                .. bad,
                .. photos.Select(
                    (p, i) =>
                        LabelledFace.FromFile(p.Path, p.Spelling ?? p.Label) with
                        {
                            Box = p.Box,
                            Person = groups.Kind == PhotoGroupKind.Person ? groups.Names[i] : null,
                            Group = groups.Kind == PhotoGroupKind.Person ? null : groups.Names[i],
                        }
                ),
            ],
            notes
        );
    }

    private static LabelledFace Unusable(BadRow row) =>
        LabelledFace.Unusable(new AdaptationProblem(row.Code, row.Source, row.Label, row.Message + "."));

    private static string SplitNote(DatasetSplit split, int count, int all) =>
        string.Create(CultureInfo.InvariantCulture, $"The split {split} was used: {count:N0} of {all:N0} pictures.");

    private static string GroupNote(PhotoGroups groups)
    {
        string count = groups.Count.ToString("N0", CultureInfo.InvariantCulture);
        string unknown = groups.Unknown.ToString("N0", CultureInfo.InvariantCulture);
        string text = groups.Kind switch
        {
            PhotoGroupKind.Person => $"The pictures of each person were kept together (column person: {count})",
            PhotoGroupKind.Folder => $"The pictures of each of {count} folders beside the class were kept together",
            _ =>
                $"File names such as '{groups.Names.First(n => n is not null)}' and a number were taken for the frames "
                    + $"of {count} videos, which were kept together",
        };
        return groups.Unknown == 0 ? text + "." : $"{text}; of {unknown} pictures nothing is known.";
    }
}
