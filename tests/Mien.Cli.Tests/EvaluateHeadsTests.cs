using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Cli.Tests;

/// <summary>
/// Heads and FER+ votes in <c>mien evaluate</c>. Seven PublicTest images of each expression's brightness, which is also
/// their label. Their votes say the opposite, except for some without a clear winner.
/// </summary>
public sealed class EvaluateHeadsTests : IDisposable
{
    private static readonly string[] Columns = [.. Expressions.Names, "contempt", "unknown", "NF"];

    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string data;
    private readonly string votes;

    public EvaluateHeadsTests()
    {
        model = BrightnessHeads.Write(folder["m.onnx"]);
        data = folder.Write("fer2013.csv", Data());
        votes = folder.Write("fer2013new.csv", Votes());
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_heads_and_the_blend_are_evaluated_on_both_label_sets()
    {
        JsonElement json = Json("--votes", votes);
        JsonElement plus = Json("--votes", votes, "--labels", "FERplus");

        Assert.Equal(
            [
                "blend fer2013  1/7",
                "blend ferplus majority 1/5",
                "fer2013 fer2013  7/7",
                "fer2013 ferplus majority 1/5",
                "ferplus fer2013  1/7",
                "ferplus ferplus majority 5/5",
            ],
            Rows(json)
        );
        Assert.Equal(Rows(json), Rows(plus));

        // The figures above the heads are those of the head that belongs to the labels.
        Assert.Equal(("fer2013", "fer2013", null, 7, 7), Top(json));
        Assert.Equal(("ferplus", "ferplus", "majority", 5, 5), Top(plus));
        Assert.Equal(1, plus.GetProperty("confusion")[6][6].GetInt32());
        Assert.Equal(0, plus.GetProperty("perClass").GetProperty("anger").GetProperty("support").GetInt32());
        Assert.Equal(1, json.GetProperty("duplicates").GetInt32());
        Assert.Equal(1, plus.GetProperty("duplicates").GetInt32());
        Assert.Equal(2, json.GetProperty("temperature").GetDouble());
        JsonElement blend = json.GetProperty("heads")[0];
        Assert.Equal(1 / 7.0, blend.GetProperty("accuracy").GetDouble(), 12);
        foreach (
            string key in new[] { "macroF1", "logLoss", "ece", "eceByChance", "neutralCalledSad", "sadCalledNeutral" }
        )
        {
            Assert.InRange(blend.GetProperty(key).GetDouble(), 0, 10);
        }
    }

    [Fact]
    public void The_rule_of_the_authors_has_seven_or_eight_classes()
    {
        JsonElement json = Json("--votes", votes, "--labels", "ferplus", "--vote-rule", "authors");
        JsonElement own = json.GetProperty("heads")
            .EnumerateArray()
            .Single(h => h.GetProperty("head").GetString() == "ferplus" && Text(h, "labelSet") == "ferplus");
        CliResult table = Cli.Run("evaluate", model, data, "--votes", votes, "--vote-rule", "authors");

        Assert.Equal(("ferplus", "ferplus", "authors", 4, 4), Top(json));
        Assert.Equal((4, 5), (own.GetProperty("count").GetInt32(), own.GetProperty("countOfEight").GetInt32()));
        Assert.Equal(0.8, own.GetProperty("accuracyOfEight").GetDouble(), 12);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("heads")[0].GetProperty("countOfEight").ValueKind);
        Assert.Matches(@"(?m)^│ ferplus │ ferplus, 7 classes │ +4 │ 100\.00 % │", table.Out);
        Assert.Matches(@"(?m)^│ ferplus │ ferplus, 8 classes │ +5 │ +80\.00 % │ +37\.6 to 96\.4 │ +│ +│$", table.Out);
        Assert.Contains("\n8 classes: with contempt,", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tables_show_the_heads_and_name_head_and_labels()
    {
        CliResult without = Cli.Run("evaluate", model, data);
        CliResult plus = Cli.Run(
            "evaluate",
            model,
            data,
            "--votes",
            votes,
            "--labels",
            "ferplus",
            "--html",
            folder["a.html"]
        );

        Assert.StartsWith("heads on fer2013.csv, PublicTest: 7 images, head: fer2013\n", without.Out);
        Assert.Matches(@"(?m)^Heads and label sets\n.*\n│ head +│ labels +│", without.Out);
        Assert.Matches(@"(?m)^│ blend +│ fer2013 │ +7 │ +14\.29 % │", without.Out);
        Assert.DoesNotContain("│ ferplus │ ferplus", without.Out, StringComparison.Ordinal);
        Assert.StartsWith(
            "heads on fer2013.csv, PublicTest: 5 images, labels: ferplus (majority), head: ferplus\n",
            plus.Out
        );
        Assert.Matches(@"(?m)^accuracy +100\.00 %", plus.Out);
        Assert.Contains(
            "head ferplus · labels of FER+, majority rule",
            File.ReadAllText(folder["a.html"]),
            StringComparison.Ordinal
        );
        Check.All(plus.Out.Split('\n'), l => Assert.True(l.Length <= CommandConsole.WidthWithoutTerminal));
    }

    [Fact]
    public void A_model_with_one_head_is_evaluated_on_both_label_sets()
    {
        string one = BrightnessModel.Write(folder["one.onnx"]);
        JsonElement json = Read(Cli.Run("evaluate", one, data, "--json", "--votes", votes, "--labels", "ferplus"));
        JsonElement without = Read(Cli.Run("evaluate", one, data, "--json"));

        Assert.Equal([" fer2013  7/7", " ferplus majority 1/5"], Rows(json));
        Assert.Equal((null, "ferplus", "majority", 5, 1), Top(json));
        Assert.Equal((null, "fer2013", null, 7, 7), Top(without));
        Assert.Equal(JsonValueKind.Null, without.GetProperty("heads").ValueKind);
    }

    [Fact]
    public void Comparison_predictions_and_robustness_are_those_of_the_head_and_the_labels()
    {
        string file = folder["p.csv"];
        string[] options = ["--votes", votes, "--labels", "ferplus", "--predictions", file, "--robustness"];
        JsonElement json = Json([.. options, "--compare", BrightnessModel.Write(folder["one.onnx"])]);
        string[][] lines = [.. File.ReadAllLines(file)[1..].Select(l => l.Split(','))];

        Assert.Equal(5, lines.Length);
        Check.All(lines, l => Assert.Equal(l[2], l[^1]));
        Assert.Equal(5, json.GetProperty("robustness")[0].GetProperty("points")[0].GetProperty("correct").GetInt32());
        JsonElement comparison = json.GetProperty("comparison");
        Assert.Equal(4, comparison.GetProperty("onlyModelRight").GetInt32());
        Assert.Equal(1, comparison.GetProperty("bothRight").GetInt32());
    }

    [Theory]
    [InlineData("--labels ferplus needs --votes FILE with the votes of FER+", "--labels", "ferplus")]
    [InlineData("--vote-rule needs --votes FILE with the votes of FER+", "--vote-rule", "authors")]
    [InlineData("--head needs --detect: without it all heads are evaluated", "--head", "blend")]
    [InlineData("--detect and --votes exclude each other", "--detect", "--votes", "v.csv")]
    [InlineData("'affectnet'", "--labels", "affectnet")]
    public void Options_that_do_not_fit_are_wrong_usage(string message, params string[] options)
    {
        CliResult result = Cli.Run(["evaluate", model, data, .. options]);

        Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Votes_that_do_not_belong_to_the_data_are_an_error()
    {
        string shorter = folder.Write("a.csv", Votes()[..Votes().LastIndexOf("PublicTest", StringComparison.Ordinal)]);
        string other = folder.Write("b.csv", Votes().Replace("\nTraining", "\nPrivateTest", StringComparison.Ordinal));
        folder.WriteFace("tree/PublicTest/fear/1.png", Expression.Fear);

        Assert.Contains("a.csv has 7 rows, fer2013.csv has 8", Error(data, shorter), StringComparison.Ordinal);
        Assert.Contains(
            "b.csv, row 1: its Usage is PrivateTest, but fer2013.csv:0 belongs to Training",
            Error(data, other),
            StringComparison.Ordinal
        );
        Assert.Contains("has no votes for", Error(folder["tree"], votes), StringComparison.Ordinal);
        Assert.Contains("expected the columns Usage, Image name", Error(data, data), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, Cli.Run("evaluate", model, data, "--votes", folder["none.csv"]).Code);

        string Error(string path, string file)
        {
            CliResult result = Cli.Run("evaluate", model, path, "--votes", file);
            Assert.Equal((ExitCodes.SomeFailed, ""), (result.Code, result.Out));
            return result.Error;
        }
    }

    [Fact]
    public void With_detect_the_default_or_the_named_head_is_evaluated()
    {
        folder.Write("x/happy/1.png", MadePhotos.Single().EncodePng());
        JsonElement blend = Read(Cli.Run("evaluate", model, folder["x"], "--detect", "--json"));
        CliResult named = Cli.Run("evaluate", model, folder["x"], "--detect", "--head", "ferplus");
        CliResult unknown = Cli.Run("evaluate", model, folder["x"], "--detect", "--head", "rafdb");

        Assert.Equal("blend", Text(blend, "head"));
        Assert.Equal(1, blend.GetProperty("correct").GetInt32());
        Assert.StartsWith("heads on x, all: 1 face in 1 photo, head: ferplus\n", named.Out);
        Assert.NotEqual(ExitCodes.Done, unknown.Code);
        Assert.Contains("rafdb", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("fer2013", unknown.Error, StringComparison.Ordinal);
    }

    private JsonElement Json(params string[] options) => Read(Cli.Run(["evaluate", model, data, "--json", .. options]));

    private static JsonElement Read(CliResult result)
    {
        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        return JsonDocument.Parse(result.Out).RootElement;
    }

    private static (string?, string?, string?, int, int) Top(JsonElement json) =>
        (
            Text(json, "head"),
            Text(json, "labelSet"),
            Text(json, "voteRule"),
            json.GetProperty("count").GetInt32(),
            json.GetProperty("correct").GetInt32()
        );

    private static IEnumerable<string> Rows(JsonElement json) =>
        json.GetProperty("heads")
            .EnumerateArray()
            .Select(h =>
                $"{Text(h, "head")} {Text(h, "labelSet")} {Text(h, "voteRule")} {h.GetProperty("correct")}/"
                + $"{h.GetProperty("count")}"
            );

    private static string? Text(JsonElement json, string key) => json.GetProperty(key).GetString();

    private static string Data()
    {
        IEnumerable<string> rows = Enum.GetValues<Expression>()
            .Select(e => Row(e, "PublicTest"))
            .Prepend(Row(Expression.Fear, "Training"));
        return $"emotion,pixels,Usage\n{string.Join('\n', rows)}\n";

        static string Row(Expression e, string usage) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(int)e},{string.Join(' ', Enumerable.Repeat(BrightnessModel.GrayOf(e), 48 * 48))},{usage}"
            );
    }

    private static string Votes()
    {
        Dictionary<string, int>[] rows =
        [
            new() { ["fear"] = 10 },
            new() { ["neutral"] = 10 },
            new() { ["surprise"] = 10 },
            new() { ["sadness"] = 10 },
            new()
            {
                ["happiness"] = 4,
                ["anger"] = 3,
                ["disgust"] = 3,
            }, // a majority, but no winner by the authors
            new()
            {
                ["fear"] = 4,
                ["anger"] = 3,
                ["disgust"] = 1,
                ["neutral"] = 1,
                ["unknown"] = 1,
            },
            new() { ["fear"] = 5, ["anger"] = 5 },
            new() { ["contempt"] = 6, ["neutral"] = 4 },
        ];
        var lines = rows.Select(
            (row, i) =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(i == 0 ? "Training" : "PublicTest")},fer{i:0000000}.png,"
                        + $"{string.Join(',', Columns.Select(c => row.GetValueOrDefault(c)))}"
                )
        );
        return $"Usage,Image name,{string.Join(',', Columns)}\n{string.Join('\n', lines)}\n";
    }
}
