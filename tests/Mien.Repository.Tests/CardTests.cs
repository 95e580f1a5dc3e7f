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
    public void The_page_of_the_models_repeats_a_cards_figures(string model)
    {
        string card = Card(model);
        string[] size = Assert.Single(
            Table("| model | use it for |"),
            row => row[0] == $"[`{model}`](../models/{model}/README.md)"
        );
        double macs = double.Parse(Macs().Match(card).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(macs.ToString("N0", CultureInfo.InvariantCulture) + " M", size[3]);

        string[] calibration =
        [
            .. Percentages()
                .Matches(card[card.IndexOf("\n## Calibration", StringComparison.Ordinal)..])
                .Take(2)
                .Select(m => Rounded(m.Groups[1].Value, 1)),
        ];
        Check.All(
            Table("| model | accuracy |").Where(row => row[0].Split(',')[0].Trim('`') == model),
            row =>
            {
                string[] figures = Cells(
                    card.Split('\n').Single(l => l.StartsWith($"| PublicTest | {row[^1]} |", StringComparison.Ordinal))
                );
                Assert.Equal(
                    [figures[3], figures[4], figures[7], Rounded(figures[5].TrimEnd(' ', '%'), 1)],
                    row[1..5].Select(cell => cell.Trim('*'))
                );
                Assert.Equal(row[^1] == "1" ? $"{calibration[0]} ({calibration[1]} by chance)" : "", row[5]);
            }
        );
    }

    [Fact]
    public void The_page_of_the_models_has_a_row_for_every_model() =>
        Assert.Equal(
            Models.Select(m => m.Data).Order(StringComparer.Ordinal),
            Table("| model | accuracy |")
                .Where(row => row[^1] == "1")
                .Select(row => row[0].Trim('`'))
                .Order(StringComparer.Ordinal)
        );

    private static string Card(string model) =>
        File.ReadAllText(Testing.Repository.PathOf($"models/{model}/README.md"));

    /// <summary>The rows of the table in docs/models.md whose header begins like this.</summary>
    private static string[][] Table(string header) =>
        [
            .. Check.NotEmpty(
                File.ReadLines(Testing.Repository.PathOf("docs/models.md"))
                    .SkipWhile(line => !line.StartsWith(header, StringComparison.Ordinal))
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

    [GeneratedRegex(@"^\| MACs[^|]*\| ([\d.]+) million", RegexOptions.Multiline)]
    private static partial Regex Macs();

    [GeneratedRegex(@"([\d.]+) %")]
    private static partial Regex Percentages();
}
