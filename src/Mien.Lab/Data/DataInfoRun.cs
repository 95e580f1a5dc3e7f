using System.Globalization;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Lab;

/// <summary>Prints the statistics of a data set.</summary>
internal sealed class DataInfoRun(CommandConsole console)
{
    public required GivenData Data { get; init; }

    /// <summary>The contact sheet to write; <c>null</c> for none.</summary>
    public string? Sheet { get; init; }

    public bool Json { get; init; }

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        string? picture = Sheet is { } named ? OutputPath.Prepare(named, "--sheet") : null;
        using OutputLock alone = OutputLock.Take([picture]);
        FaceDataset images = Data.Source().Read(console, cancellationToken);
        DatasetStatistics statistics = DatasetStatistics.Compute(images);
        if (Json)
        {
            console.Out.WriteLine(ToJson(images, statistics));
        }
        else
        {
            Print(images, statistics);
        }

        if (picture is not null)
        {
            ContactSheet.Write(images, picture);
            console.Error.WriteLine($"Contact sheet written to {picture}.");
        }

        return ExitCodes.Done;
    }

    private void Print(FaceDataset images, DatasetStatistics s)
    {
        DatasetSplit[] splits = [.. Enum.GetValues<DatasetSplit>().Where(p => s.Images(p) > 0)];
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{images.Name}: {s.Count:N0} images of {s.Width}×{s.Height} "
                    + $"pixels{(s.HasVotes ? ", with FER+ votes" : "")}"
            )
        );
        console.Out.WriteLine();
        Row("", splits.Select(p => p.ToString()), "all");
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            Row(expression.Name(), splits.Select(p => Number(s.Images(p, expression))), Number(s.Images(expression)));
        }

        Row("all", splits.Select(p => Number(s.Images(p))), Number(s.Count));
        Row("repeated in split", splits.Select(p => Number(s.DuplicatesWithin(p))), "");
        foreach (DatasetSplit other in splits)
        {
            Row($"also in {other}", splits.Select(p => p == other ? "" : Number(s.AlsoIn(p, other))), "");
        }

        Row("without content", splits.Select(p => Number(s.WithoutContent(p))), Number(s.IndicesWithoutContent.Count));
        console.Out.WriteLine();
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{s.DistinctImages:N0} distinct images; {s.DuplicateGroups:N0} occur more than "
                    + $"once, {s.DuplicateGroupsWithSeveralLabels:N0} of them with more than one label."
            )
        );

        void Row(string name, IEnumerable<string> cells, string total) =>
            console.Out.WriteLine(
                string.Concat(cells.Append(total).Select(c => c.PadLeft(14)).Prepend(name.PadRight(20))).TrimEnd()
            );
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string ToJson(FaceDataset images, DatasetStatistics s)
    {
        var splits = new JsonObject();
        foreach (DatasetSplit split in Enum.GetValues<DatasetSplit>().Where(p => s.Images(p) > 0))
        {
            splits[split.ToString()] = new JsonObject
            {
                ["images"] = s.Images(split),
                ["perClass"] = new JsonObject(
                    Enum.GetValues<Expression>()
                        .Select(e => KeyValuePair.Create(e.Name(), (JsonNode?)s.Images(split, e)))
                ),
                ["duplicatesWithin"] = s.DuplicatesWithin(split),
                ["alsoIn"] = new JsonObject(
                    Enum.GetValues<DatasetSplit>()
                        .Where(o => o != split && s.Images(o) > 0)
                        .Select(o => KeyValuePair.Create(o.ToString(), (JsonNode?)s.AlsoIn(split, o)))
                ),
                ["withoutContent"] = s.WithoutContent(split),
            };
        }

        return new JsonObject
        {
            ["name"] = images.Name,
            ["images"] = s.Count,
            ["width"] = s.Width,
            ["height"] = s.Height,
            ["votes"] = s.HasVotes,
            ["splits"] = splits,
            ["distinctImages"] = s.DistinctImages,
            ["duplicateGroups"] = s.DuplicateGroups,
            ["duplicateGroupsWithSeveralLabels"] = s.DuplicateGroupsWithSeveralLabels,
        }.ToJsonString(ReadableJson.Options);
    }
}
