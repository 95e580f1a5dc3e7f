using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien.Repository.Tests;

/// <summary>The cards of the shipped models, and what else repeats their figures.</summary>
public sealed partial class CardTests
{
    public static TheoryData<string> Models =>
        [
            .. Directory
                .EnumerateFiles(Testing.Repository.PathOf("models"), "*.onnx", SearchOption.AllDirectories)
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_card_has_the_sections_that_the_documentation_promises(string model)
    {
        string evaluation = File.ReadAllText(Testing.Repository.PathOf("docs/evaluation.md"));
        string[] promised =
        [
            .. Check.NotEmpty(Names().Matches(Promise().Match(evaluation).Value).Select(m => m.Groups[1].Value)),
        ];
        string card = Card(model);
        Assert.Equal(promised, Sections().Matches(card).Select(m => m.Groups[1].Value));

        string[] images = [.. Images().Matches(card).Select(m => m.Groups[1].Value)];
        Assert.Equal(["curves.png", "risk-coverage.png", "robustness.png"], images);
        Check.All(images, name => Assert.True(File.Exists(Testing.Repository.PathOf($"models/{model}/{name}")), name));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_readme_repeats_a_cards_figures(string model)
    {
        string[][] rows = ReadmeRows();
        int first = Array.FindIndex(rows, row => row[0].Trim('`') == model);
        Assert.True(first >= 0, $"The README has no row for {model}.");
        Assert.Equal($"[models/{model}](models/{model}/README.md)", rows[first][^1]);

        // The rows that follow without a link are the same model with more views.
        string[][] own = [rows[first], .. rows[(first + 1)..].TakeWhile(row => row[^1].Length == 0)];
        string card = Card(model);
        double operations = double.Parse(Operations().Match(card).Groups[1].Value, CultureInfo.InvariantCulture);
        string[] calibration =
        [
            .. Percentages()
                .Matches(card[card.IndexOf("\n## Calibration", StringComparison.Ordinal)..])
                .Take(2)
                .Select(m => Rounded(m.Groups[1].Value, 1)),
        ];
        int[] views = [1, 2, 10];
        for (int i = 0; i < own.Length; i++)
        {
            string[] figures = Cells(
                card.Split('\n').Single(l => l.StartsWith($"| PublicTest | {views[i]} |", StringComparison.Ordinal))
            );
            Assert.Equal(
                [figures[3], figures[4], figures[7], Rounded(figures[5].TrimEnd(' ', '%'), 1)],
                own[i][1..5].Select(cell => cell.Trim('*'))
            );
            Assert.Equal(i == 0 ? $"{calibration[0]} ({calibration[1]} by chance)" : "", own[i][5]);
            string million = (views[i] * operations).ToString("N0", CultureInfo.InvariantCulture);
            Assert.Equal($"{million} million", own[i][6]);
        }
    }

    [Fact]
    public void The_readme_has_a_row_for_every_model() =>
        Assert.Equal(
            Models.Select(m => m.Data).Order(StringComparer.Ordinal),
            ReadmeRows().Where(r => r[^1].Length > 0).Select(r => r[0].Trim('`')).Order(StringComparer.Ordinal)
        );

    private static string Card(string model) =>
        File.ReadAllText(Testing.Repository.PathOf($"models/{model}/README.md"));

    private static string[][] ReadmeRows() =>
        [
            .. Check.NotEmpty(
                File.ReadLines(Testing.Repository.PathOf("README.md"))
                    .SkipWhile(line => !line.StartsWith("| model | accuracy |", StringComparison.Ordinal))
                    .Skip(2)
                    .TakeWhile(line => line.StartsWith('|'))
                    .Select(Cells)
            ),
        ];

    private static string[] Cells(string row) => [.. row.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];

    private static string Rounded(string percentage, int digits) =>
        Math.Round(decimal.Parse(percentage, CultureInfo.InvariantCulture), digits, MidpointRounding.AwayFromZero)
            .ToString(CultureInfo.InvariantCulture) + " %";

    [GeneratedRegex(@"sections \*\*.*?\.\s", RegexOptions.Singleline)]
    private static partial Regex Promise();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Names();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Sections();

    [GeneratedRegex(@"^!\[[^\]]*\]\(([^)]+)\)", RegexOptions.Multiline)]
    private static partial Regex Images();

    [GeneratedRegex(@"^\| (?:MACs|MACs)[^|]*\| ([\d.]+) million", RegexOptions.Multiline)]
    private static partial Regex Operations();

    [GeneratedRegex(@"([\d.]+) %")]
    private static partial Regex Percentages();
}
