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

        return Votes is null ? read.Dataset : read.Dataset.WithVotes(ReadVotes(read.Dataset, Votes));
    }

    // Bridges until FerPlusVotes is merged.
    private static float[] ReadVotes(FaceDataset data, string path)
    {
        int[] columns = [4 + 2, 7, 8, 3, 5, 4, 2]; // anger disgust fear happiness sadness surprise neutral
        float[] rows = new float[data.Count * 7];
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < data.Count; i++)
        {
            float[] votes = [.. columns.Select(c => float.Parse(lines[i + 1].Split(',')[c], System.Globalization.CultureInfo.InvariantCulture))];
            float sum = votes.Sum();
            for (int c = 0; c < 7; c++)
            {
                rows[(i * 7) + c] = sum > 0 ? votes[c] / sum : data.Labels[i] == c ? 1 : 0;
            }
        }

        return rows;
    }
}
