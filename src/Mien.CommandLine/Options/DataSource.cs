using System.Globalization;
using Mien.Data;

namespace Mien.CommandLine;

/// <summary>Which data a command reads.</summary>
/// <param name="Path">The images.</param>
/// <param name="Votes">The FER+ votes, or <c>null</c>.</param>
/// <param name="SkipBadRows">Whether bad rows are reported instead of being errors.</param>
internal sealed record DataSource(string Path, string? Votes, bool SkipBadRows)
{
    /// <summary>The split of a folder <c>test</c>, where the names in it do not tell it.</summary>
    public DatasetSplit? TestFolderSplit { get; init; }

    /// <summary>The split of images for which nothing names one.</summary>
    public DatasetSplit? DefaultSplit { get; init; }

    /// <summary>The seed of a random 80:10:10 split; <c>null</c>: the split that the data has.</summary>
    public int? RandomSplit { get; init; }

    public FaceDataset Read(CommandConsole console, CancellationToken cancellationToken)
    {
        // What is divided anew needs no split before.
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
                        + $"rows were left out."
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
                $"FER+ votes joined: {joined.VotedRows:N0} images with votes, {joined.LabelRows:N0} without "
                    + $"one in the seven (their label counts)."
            )
        );
        return joined.Dataset;
    }
}
