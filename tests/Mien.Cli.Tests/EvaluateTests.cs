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

        // 12 of 14 are correct; the Wilson interval by hand: (0.857 + z²/28 ± z·sqrt(0.857·0.143/14 + z²/784)) / (1 +
        // z²/14).
        Assert.Matches(@"(?m)^accuracy +85\.71 % \(95 % interval: 60\.1 to 96\.0\)$", result.Out);

        // Three of the images, all correctly classified, are duplicates of training images: 9 of 11 remain correct.
        Assert.Matches(@"(?m)^  without training duplicates +81\.82 % \(95 % interval: .*\), 3 excluded$", result.Out);
        Assert.Matches(@"(?m)^macro-F1 +0\.\d{4}$", result.Out);
        Assert.Matches(@"(?m)^log loss +\d\.\d{4} nats$", result.Out);
        Assert.Matches(@"(?m)^expected calibration error +0\.\d{4} ", result.Out);
        Assert.Matches(@"(?m)^neutral predicted as sadness +50\.00 % \(95 % interval: 9\.5 to 90\.5\)$", result.Out);
        // 0 of 2: z²/(2 + z²)
        Assert.Matches(@"(?m)^sadness predicted as neutral +0\.00 % \(95 % interval: 0\.0 to 65\.8\)$", result.Out);
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
    public void Robustness_is_measured_on_request()
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

        // Blurring or rotating a uniform image does not change it. At a tenth of the brightness the brightest image has
        // the gray value 26 of 255, closer to anger (0) and disgust (42.5) than to all others, and disgust becomes 4.
        // So only the two images of anger are still classified correctly.
        Check.All([.. Correct(0), .. Correct(2), .. Correct(3)], n => Assert.Equal(12, n));
        Assert.Equal(2, Correct(1)[^1]);
        Assert.Contains(
            "Robustness to corruptions (accuracy on the same images, corrupted)\n",
            text.Out,
            StringComparison.Ordinal
        );
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
    public void A_split_without_images_is_wrong_usage_and_the_message_lists_the_others()
    {
        string training = folder.Write("t.csv", "emotion,pixels,Usage\n" + Row(Expression.Anger, 0, "Training"));
        CliResult result = Cli.Run("evaluate", model, training);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "no image belongs to the split PublicTest; the data has Training 1. Choose another split with --split.",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_predictions_file_has_every_image_and_can_be_compared_with()
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

        // With reversed labels only happiness, in the middle, stays correct: 2 of 14, correct in the better model too.
        Assert.Equal(10, byFile.GetProperty("onlyOtherRight").GetInt32());
        Assert.Equal(0, byFile.GetProperty("onlyModelRight").GetInt32());
        Assert.Equal(2 / 1024.0, byFile.GetProperty("pValue").GetDouble(), 12);
        Assert.Equal(byFile.GetProperty("pValue").GetDouble(), byModel.GetProperty("pValue").GetDouble());
        Assert.Equal("brightness", byModel.GetProperty("other").GetString());

        static JsonElement Comparison(CliResult result) =>
            JsonDocument.Parse(result.Out).RootElement.GetProperty("comparison");
    }

    [Fact]
    public void A_comparison_is_explained_in_words()
    {
        string worse = BrightnessModel.Write(
            folder["worse.onnx"],
            "worse",
            [.. Enum.GetValues<Expression>().Reverse()]
        );
        CliResult result = Cli.Run("evaluate", model, data, "--compare", worse);
        CliResult same = Cli.Run("evaluate", model, data, "--compare", model);

        Assert.Contains(
            "brightness is 71.43 percentage points more accurate than worse (exact McNemar test: p = 0.0020).\n",
            result.Out,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Correct: both 2, only brightness 10, only worse 0, neither 2.\n",
            result.Out,
            StringComparison.Ordinal
        );
        Assert.Contains($"{model} and {model} are equally accurate", same.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_html_report_is_self_contained_and_shows_the_errors_as_images()
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
    public void Test_time_augmentation_is_named_and_changes_nothing_on_uniform_images(string tta)
    {
        CliResult result = Cli.Run("evaluate", model, data, "--tta", tta);

        Assert.Contains($"14 images, test-time augmentation: {tta}", result.Out, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^accuracy +85\.71 %", result.Out);
    }

    [Fact]
    public void Tables_and_json_can_be_written_to_a_file()
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
    public void A_bad_row_is_an_error_unless_bad_rows_are_skipped()
    {
        string bad = folder.Write("bad.csv", Csv() + "9,1 2 3,PublicTest\n");
        CliResult refused = Cli.Run("evaluate", model, bad);
        CliResult skipped = Cli.Run("evaluate", model, bad, "--skip-bad-rows");

        Assert.Equal(ExitCodes.SomeFailed, refused.Code);
        Assert.Matches(@"^error: .*bad\.csv, line 27: .*--skip-bad-rows\.\n$", refused.Error);
        Assert.Equal(ExitCodes.Done, skipped.Code);
        Assert.Contains("1 bad row was skipped.", skipped.Error, StringComparison.Ordinal);
        Assert.Contains("PublicTest: 14 images", skipped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_is_wrong_usage_and_a_file_of_another_kind_is_an_error()
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
    public void A_culture_with_a_decimal_comma_changes_nothing()
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
    /// 14 PublicTest images, two per expression; one image of neutral looks like sadness, one of sadness like anger.
    /// Ten Training images, three of which are exact duplicates of PublicTest images. One PrivateTest image.
    /// </summary>
    private static string Csv()
    {
        var text = new StringBuilder("emotion,pixels,Usage\n");
        for (int i = 0; i < 10; i++)
        {
            bool duplicate = i < 3;
            int gray = duplicate ? BrightnessModel.GrayOf((Expression)i) : 20 + i;
            text.Append(Row((Expression)(i % 7), gray, "Training"));
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
