using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mien.Repository.Tests;

/// <summary>
/// The accuracies on PrivateTest are in one data file. README and docs/models.md state what it holds.
/// </summary>
public sealed class AccuracyTests
{
    private static readonly JsonElement Data = JsonDocument
        .Parse(File.ReadAllText(Testing.Repository.PathOf("docs/data/private-test.json")))
        .RootElement;

    private static int Images => Data.GetProperty("images").GetInt32();

    private static IEnumerable<JsonElement> Rows =>
        Data.GetProperty("models").EnumerateArray().Concat(Data.GetProperty("earlier").EnumerateArray());

    /// <summary>A model that is replaced has no figure on PrivateTest until it is scored from outside.</summary>
    [Fact]
    public void A_row_is_of_the_model_file_that_ships_or_of_an_earlier_one() =>
        Check.All(
            Data.GetProperty("models")
                .EnumerateArray()
                .Select(row => (Row: row, Ships: true))
                .Concat(Data.GetProperty("earlier").EnumerateArray().Select(row => (Row: row, Ships: false))),
            r =>
            {
                string name = r.Row.GetProperty("name").GetString()!;
                byte[] file = File.ReadAllBytes(Testing.Repository.PathOf($"models/{name}/{name}.onnx"));
                string hash = Convert.ToHexStringLower(SHA256.HashData(file));
                bool isSame = r.Row.GetProperty("sha256").GetString() == hash;
                Assert.True(
                    isSame == r.Ships,
                    $"docs/data/private-test.json: the row of {name} under "
                        + (r.Ships ? "'models' is of another file: move it." : "'earlier' is of this file.")
                );
            }
        );

    [Fact]
    public void The_page_of_the_models_states_every_row()
    {
        string page = File.ReadAllText(Testing.Repository.PathOf("docs/models.md"));
        var rows = Rows.Select(row =>
                $"| Mien `{row.GetProperty("name").GetString()}` | {Bold(row, Percent(row, "singleView", "F2"))} | "
                + $"{Interval(row, "singleView")} | {Percent(row, "flip", "F2")} | {Interval(row, "flip")} |"
            )
            .Concat(
                Data.GetProperty("others")
                    .EnumerateArray()
                    .Select(row =>
                        $"| {row.GetProperty("name").GetString()} (used by "
                        + $"`{row.GetProperty("usedBy").GetString()}`) | {Percent(row, "singleView", "F1")} | "
                        + $"{Interval(row, "singleView")} | | |"
                    )
            );
        Check.All(rows, row => Assert.Contains($"\n{row}\n", page, StringComparison.Ordinal));
    }

    /// <summary>The first screen names the models that people choose, and every other tool.</summary>
    [Fact]
    public void The_readme_states_the_same_with_one_decimal()
    {
        string readme = File.ReadAllText(Testing.Repository.PathOf("README.md"));
        string[] table =
        [
            .. readme
                .Split('\n')
                .SkipWhile(line => line != "| | accuracy | 95 % interval | with flip |")
                .TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal)),
        ];
        var cells = Rows.Where(row => row.GetProperty("name").GetString() is "default" or "tiny")
            .Select(row =>
                (
                    Name: $"`{row.GetProperty("name").GetString()}`",
                    Cells: $"| {Bold(row, Percent(row, "singleView", "F1"))} | {Interval(row, "singleView")} | "
                        + $"{Percent(row, "flip", "F1")} |"
                )
            )
            .Concat(
                Data.GetProperty("others")
                    .EnumerateArray()
                    .Select(row =>
                        (
                            Name: $"`{row.GetProperty("usedBy").GetString()}`",
                            Cells: $"| {Percent(row, "singleView", "F1")} | {Interval(row, "singleView")} | |"
                        )
                    )
            );
        Check.All(
            cells,
            row =>
                Assert.EndsWith(
                    row.Cells,
                    Assert.Single(table, line => line.Contains(row.Name)),
                    StringComparison.Ordinal
                )
        );
    }

    private static string Bold(JsonElement row, string text) =>
        row.GetProperty("name").GetString() == "default" ? $"**{text}**" : text;

    private static string Percent(JsonElement row, string column, string format) =>
        row.GetProperty(column).GetDecimal().ToString(format, CultureInfo.InvariantCulture) + " %";

    /// <summary>Wilson's 95 % interval, as docs/evaluation.md defines it.</summary>
    private static string Interval(JsonElement row, string column)
    {
        const double Z = 1.959964;
        double p = row.GetProperty(column).GetDouble() / 100,
            n = Images,
            scale = 1 + (Z * Z / n),
            centre = (p + (Z * Z / (2 * n))) / scale,
            half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n))) / scale;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * (centre - half):F1} to {100 * (centre + half):F1} %"
        );
    }
}
