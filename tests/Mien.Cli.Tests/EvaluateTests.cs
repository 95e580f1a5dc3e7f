using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string data;

    public EvaluateTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        data = folder.Write("данные.csv", Csv());
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_tables_show_accuracy_with_interval_classes_and_confusion()
    {
        CliResult result = Cli.Run("evaluate", model, data);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Empty(result.Error);
        Assert.Contains("brightness on данные.csv, PublicTest: 14 images\n", result.Out, StringComparison.Ordinal);

        // 12 of 14 are right; the Wilson interval by hand: (0.857 + z²/28 ± z·sqrt(0.857·0.143/14 + z²/784)) / (1 +
        // z²/14).
        Assert.Matches(@"(?m)^accuracy +85\.71 % \(95 % interval: 60\.1 to 96\.0\)$", result.Out);

        // Three of the images, all of them right, stand in Training too: 9 of 11 are left.
        Assert.Matches(
            @"(?m)^  without duplicates +81\.82 % \(95 % interval: .*\), 3 twins in Training left out$",
            result.Out
        );
        Assert.Matches(@"(?m)^macro-F1 +0\.\d{4}$", result.Out);
        Assert.Matches(@"(?m)^log loss +\d\.\d{4} nats$", result.Out);
        Assert.Matches(@"(?m)^calibration error +0\.\d{4} ", result.Out);
        Assert.Matches(@"(?m)^neutral called sad +50\.00 % \(95 % interval: 9\.5 to 90\.5\)$", result.Out);
        // 0 of 2: z²/(2 + z²)
        Assert.Matches(@"(?m)^sad called neutral +0\.00 % \(95 % interval: 0\.0 to 65\.8\)$", result.Out);
        Assert.Matches(@"(?m)^│ 100\.0 % +│ +0\.\d{4} │ +85\.7 % │ +60\.1 to 96\.0 │$", result.Out);
        Assert.Matches(@"(?m)^│ not uncertain: \d+\.\d % +│ +0\.5000 │", result.Out);
        Assert.Matches(@"(?m)^│ neutral +│ +2 │ +1\.0000 │ +0\.5000 │ +0\.6667 │$", result.Out);
        Assert.Matches(@"(?m)^│ neutral +│ +0 │ +0 │ +0 │ +0 │ +1 │ +0 │ +1 │$", result.Out);
        Check.All(result.Out.Split('\n'), l => Assert.True(l.Length <= CommandConsole.WidthWithoutTerminal));
    }

    [Fact]
    public void The_json_holds_the_figures_as_fractions()
    {
        CliResult result = Cli.Run("evaluate", model, data, "--json");

        Assert.Equal(ExitCodes.Done, result.Code);
        JsonElement json = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal("brightness", json.GetProperty("model").GetString());
        Assert.Equal("PublicTest", json.GetProperty("split").GetString());
        Assert.Equal(14, json.GetProperty("count").GetInt32());
        Assert.Equal(12 / 14.0, json.GetProperty("accuracy").GetDouble(), 12);
        Assert.Equal(9 / 11.0, json.GetProperty("accuracyWithoutDuplicates").GetDouble(), 12);
        Assert.Equal(0.5, json.GetProperty("perClass").GetProperty("neutral").GetProperty("recall").GetDouble());
        Assert.Equal(1, json.GetProperty("confusion")[6][4].GetInt32());
        foreach (string key in new[] { "macroF1", "logLoss", "ece" })
        {
            Assert.InRange(json.GetProperty(key).GetDouble(), 0, 10);
        }
    }

    [Fact]
    public void Worse_pictures_are_measured_where_that_is_asked_for()
    {
        JsonElement plain = JsonDocument.Parse(Cli.Run("evaluate", model, data, "--json").Out).RootElement;
        JsonElement robustness = JsonDocument
            .Parse(Cli.Run("evaluate", model, data, "--json", "--robustness").Out)
            .RootElement.GetProperty("robustness");
        CliResult text = Cli.Run("evaluate", model, data, "--robustness", "--html", folder["a.html"]);

        Assert.Equal(JsonValueKind.Null, plain.GetProperty("robustness").ValueKind);
        Assert.Equal(0.5, plain.GetProperty("certain").GetProperty("threshold").GetDouble()); // the contract names none
        Assert.Equal(
            ["blur", "darkness", "roll", "lowResolution", "jpeg"],
            robustness.EnumerateArray().Select(c => c.GetProperty("corruption").GetString())
        );

        // Even pictures stay what they are when they are blurred or turned. At a tenth of its light the brightest is 26
        // of 255, nearer to anger (0) and disgust (42.5) than to all others; disgust itself becomes 4: only the two of
        // anger stay right.
        Check.All([.. Correct(0), .. Correct(2), .. Correct(3)], n => Assert.Equal(12, n));
        Assert.Equal(2, Correct(1)[^1]);
        Assert.Contains("Accuracy on the same images made worse\n", text.Out, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^│ darkness \(gray values ×\) +│ +0\.1 │ +14\.3 % │", text.Out);
        Assert.Contains(
            "<h2>Robustness to corruptions</h2>",
            File.ReadAllText(folder["a.html"]),
            StringComparison.Ordinal
        );

        int[] Correct(int curve) =>
            [
                .. robustness[curve]
                    .GetProperty("points")
                    .EnumerateArray()
                    .Select(p => p.GetProperty("correct").GetInt32()),
            ];
    }

    [Theory]
    [InlineData("Training", 10)]
    [InlineData("publictest", 14)]
    [InlineData("PrivateTest", 1)]
    [InlineData("all", 25)]
    public void The_split_chooses_the_images(string split, int count)
    {
        CliResult result = Cli.Run("evaluate", model, data, "--split", split, "--json");

        Assert.Equal(count, JsonDocument.Parse(result.Out).RootElement.GetProperty("count").GetInt32());
    }

    [Fact]
    public void A_split_without_images_is_wrong_usage_and_names_those_with()
    {
        string training = folder.Write("t.csv", "emotion,pixels,Usage\n" + Row(Expression.Anger, 0, "Training"));
        CliResult result = Cli.Run("evaluate", model, training);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "there is no image of the split PublicTest; there are Training 1. Name another split with --split.",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Predictions_hold_every_image_and_can_be_compared_with()
    {
        string file = folder["out/predictions.csv"];
        Cli.Run("evaluate", model, data, "--predictions", file);
        string[] lines = File.ReadAllLines(file);
        Assert.Equal("index,source,label,anger,disgust,fear,happiness,sadness,surprise,neutral,predicted", lines[0]);
        Assert.Equal(15, lines.Length);

        string worse = BrightnessModel.Write(
            folder["worse.onnx"],
            "worse",
            [.. Enum.GetValues<Expression>().Reverse()]
        );
        JsonElement byFile = Comparison(Cli.Run("evaluate", worse, data, "--compare", file, "--json"));
        JsonElement byModel = Comparison(Cli.Run("evaluate", worse, data, "--compare", model, "--json"));

        // Reversed, only happiness in the middle stays right: 2 of 14, both right in the better model too.
        Assert.Equal(10, byFile.GetProperty("onlyOtherRight").GetInt32());
        Assert.Equal(0, byFile.GetProperty("onlyModelRight").GetInt32());
        Assert.Equal(2 / 1024.0, byFile.GetProperty("pValue").GetDouble(), 12);
        Assert.Equal(byFile.GetProperty("pValue").GetDouble(), byModel.GetProperty("pValue").GetDouble());
        Assert.Equal("brightness", byModel.GetProperty("other").GetString());

        static JsonElement Comparison(CliResult result) =>
            JsonDocument.Parse(result.Out).RootElement.GetProperty("comparison");
    }

    [Fact]
    public void A_comparison_is_put_into_words()
    {
        string worse = BrightnessModel.Write(
            folder["worse.onnx"],
            "worse",
            [.. Enum.GetValues<Expression>().Reverse()]
        );
        CliResult result = Cli.Run("evaluate", model, data, "--compare", worse);
        CliResult same = Cli.Run("evaluate", model, data, "--compare", model);

        Assert.Contains(
            "brightness is 71.43 points better than worse (McNemar, exact: p = 0.0020).\n",
            result.Out,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Right: both 2, only brightness 10, only worse 0, neither 2.\n",
            result.Out,
            StringComparison.Ordinal
        );
        Assert.Contains($"{model} and {model} are right equally often", same.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_stands_alone_and_shows_the_mistakes_as_pictures()
    {
        CliResult result = Cli.Run("evaluate", model, data, "--html", folder["отчёт.html"]);

        Assert.Equal(ExitCodes.Done, result.Code);
        string page = File.ReadAllText(folder["отчёт.html"]);
        Assert.StartsWith("<!doctype html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("data:image/png;base64,", page, StringComparison.Ordinal);
        Assert.Contains("85.7", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("flip-shift")]
    public void Views_at_test_time_are_named_and_change_nothing_on_plain_images(string tta)
    {
        CliResult result = Cli.Run("evaluate", model, data, "--tta", tta);

        Assert.Contains($"14 images, {tta} at test time", result.Out, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^accuracy +85\.71 %", result.Out);
    }

    [Fact]
    public void Tables_and_json_go_into_a_file_where_one_is_named()
    {
        CliResult json = Cli.Run("evaluate", model, data, "-o", folder["a/b.json"]);
        CliResult text = Cli.Run("evaluate", model, data, "-o", folder["b.txt"]);

        Assert.Empty(json.Out + text.Out);
        Assert.Equal(
            14,
            JsonDocument.Parse(File.ReadAllText(folder["a/b.json"])).RootElement.GetProperty("count").GetInt32()
        );
        Assert.Contains("Confusion matrix", File.ReadAllText(folder["b.txt"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_row_is_an_error_and_is_counted_where_that_is_wanted()
    {
        string bad = folder.Write("bad.csv", Csv() + "9,1 2 3,PublicTest\n");
        CliResult refused = Cli.Run("evaluate", model, bad);
        CliResult skipped = Cli.Run("evaluate", model, bad, "--skip-bad-rows");

        Assert.Equal(ExitCodes.SomeFailed, refused.Code);
        Assert.Matches(@"^error: .*bad\.csv, line 27: .*--skip-bad-rows\.\n$", refused.Error);
        Assert.Equal(ExitCodes.Done, skipped.Code);
        Assert.Contains("1 bad row was left out.", skipped.Error, StringComparison.Ordinal);
        Assert.Contains("PublicTest: 14 images", skipped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_do_not_exist_are_wrong_usage_and_foreign_files_an_error()
    {
        CliResult missing = Cli.Run("evaluate", model, folder["none.csv"]);
        CliResult foreign = Cli.Run("evaluate", model, folder.WriteFace("a.csv", Expression.Anger));

        Assert.Equal(ExitCodes.Usage, missing.Code);
        Assert.Contains(
            "none.csv: there is no such file or folder. Check the path of the data.",
            missing.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCodes.SomeFailed, foreign.Code);
        Assert.StartsWith($"error: {folder["a.csv"]}", foreign.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_culture_with_a_comma_changes_nothing()
    {
        string[][] commands =
        [
            ["evaluate", model, data],
            ["evaluate", model, data, "--json"],
        ];
        string[] expected = [.. commands.Select(c => Cli.Run(c).Out)];
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(expected, commands.Select(c => Cli.Run(c).Out));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_folder_of_images_is_evaluated_like_a_csv()
    {
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            folder.WriteFace($"tree/PublicTest/{expression.Name()}/1.png", expression);
        }

        CliResult result = Cli.Run("evaluate", model, folder["tree"], "--json");

        Assert.Equal(1, JsonDocument.Parse(result.Out).RootElement.GetProperty("accuracy").GetDouble());
    }

    /// <summary>
    /// 14 PublicTest images, two an expression, of which a neutral one looks sad and a sad one looks like anger; ten
    /// Training images, of which three are pixel for pixel among them; one PrivateTest image.
    /// </summary>
    private static string Csv()
    {
        var text = new StringBuilder("emotion,pixels,Usage\n");
        for (int i = 0; i < 10; i++)
        {
            bool twin = i < 3;
            text.Append(Row((Expression)(i % 7), twin ? BrightnessModel.GrayOf((Expression)i) : 20 + i, "Training"));
        }

        for (int k = 0; k < 7; k++)
        {
            var expression = (Expression)k;
            int second = expression switch
            {
                Expression.Neutral => BrightnessModel.GrayOf(Expression.Sadness) + 2,
                Expression.Sadness => BrightnessModel.GrayOf(Expression.Anger) + 2,
                _ => BrightnessModel.GrayOf(expression) + 1,
            };
            text.Append(Row(expression, BrightnessModel.GrayOf(expression), "PublicTest"));
            text.Append(Row(expression, second, "PublicTest"));
        }

        return text.Append(Row(Expression.Fear, 85, "PrivateTest")).ToString();
    }

    private static string Row(Expression expression, int gray, string usage) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)expression},{string.Join(' ', Enumerable.Repeat(gray, 48 * 48))},{usage}\n"
        );
}
