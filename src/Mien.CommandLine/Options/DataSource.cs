using System.Globalization;
using Mien.Data;

namespace Mien.CommandLine;

/// <summary>The data that a command reads.</summary>
/// <param name="Path">The file or folder of the images.</param>
/// <param name="Votes">The file of the FER+ votes; <c>null</c> if none are used.</param>
/// <param name="SkipBadRows">Whether bad rows are skipped and reported instead of ending the read.</param>
internal sealed record DataSource(string Path, string? Votes, bool SkipBadRows)
{
    /// <summary>The split of the images in a folder <c>test</c> whose file names do not give it.</summary>
    public DatasetSplit? TestFolderSplit { get; init; }

    /// <summary>The split of images without one.</summary>
    public DatasetSplit? DefaultSplit { get; init; }

    /// <summary>The seed of a random 80:10:10 split; <c>null</c> keeps the split of the data.</summary>
    public int? RandomSplit { get; init; }

    public FaceDataset Read(CommandConsole console, CancellationToken cancellationToken)
    {
        // A random split replaces the split of the data, so any value will do here.
        DatasetSplit? any = RandomSplit is null ? null : DatasetSplit.Training;
        var options = new DatasetReadOptions
        {
            SkipBadRows = SkipBadRows,
            TestFolderSplit = TestFolderSplit ?? any,
            DefaultSplit = DefaultSplit ?? any,
        };
        DatasetReadResult read = DatasetReader.ReadWithReport(Path, options, cancellationToken);
        foreach (string message in read.Report.Messages)
        {
            console.Error.WriteLine("warning: " + message);
        }

        if (read.Report.SkippedRows > 0)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"warning: {read.Report.SkippedRows:N0} of {read.Report.Rows + read.Report.SkippedRows:N0} "
                        + $"rows were skipped."
                )
            );
        }

        FaceDataset images = Votes is null ? read.Dataset : Join(read.Dataset, console, cancellationToken);
        return RandomSplit is { } seed ? DatasetSplitter.Random(images, (ulong)seed) : images;
    }

    private FaceDataset Join(FaceDataset images, CommandConsole console, CancellationToken cancellationToken)
    {
        FerPlusJoin joined = FerPlusVotes.Read(Votes!, cancellationToken).Join(images);
        console.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"FER+ votes joined: {joined.VotedRows:N0} images with votes; {joined.LabelRows:N0} without a "
                    + $"vote for one of the seven expressions keep their label."
            )
        );
        return joined.Dataset;
    }
}
