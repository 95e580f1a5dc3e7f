using System.Globalization;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Lab;

/// <summary>Which data a command reads.</summary>
/// <param name="Path">The images.</param>
/// <param name="Votes">The FER+ votes, or <c>null</c>.</param>
/// <param name="SkipBadRows">Whether bad rows are reported instead of being errors.</param>
internal sealed record DataSource(string Path, string? Votes, bool SkipBadRows)
{
    public FaceDataset Read(CommandConsole console, CancellationToken cancellationToken)
    {
        DatasetReadResult read = DatasetReader.ReadWithReport(Path, new DatasetReadOptions { SkipBadRows = SkipBadRows }, cancellationToken);
        foreach (string message in read.Report.Messages)
        {
            console.Error.WriteLine("warning: " + message);
        }

        if (read.Report.SkippedRows > 0)
        {
            console.Error.WriteLine($"warning: {read.Report.SkippedRows} of {read.Report.Rows} rows were skipped.");
        }

        if (Votes is null)
        {
            return read.Dataset;
        }

        FerPlusJoin joined = FerPlusVotes.Read(Votes, cancellationToken).Join(read.Dataset);
        console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"FER+ votes joined: {joined.VotedRows} images with votes, {joined.LabelRows} without one in the seven (their label counts)."));
        return joined.Dataset;
    }
}
