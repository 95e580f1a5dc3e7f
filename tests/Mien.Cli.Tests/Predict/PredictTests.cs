using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class PredictTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictTests() => model = BrightnessModel.Write(folder["модель.onnx"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_image_is_shown_with_its_top_label_and_seven_bars()
    {
        CliResult result = Cli.Run("predict", folder.WriteFace("лицо.png", Expression.Surprise), "--model", model);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Empty(result.Error);
        string[] lines = result.Out.Split('\n');
        Assert.Contains("лицо.png: surprise 8", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("(48×48, treated as a face crop)", lines[0], StringComparison.Ordinal);
        Assert.Equal(Expressions.Names, lines[1..8].Select(l => l.Trim().Split(' ')[0]));
        Assert.Contains("█", lines[6], StringComparison.Ordinal);
        Assert.EndsWith(" %", lines[6], StringComparison.Ordinal);
        Assert.DoesNotContain("█", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Expression.Anger)]
    [InlineData(Expression.Disgust)]
    [InlineData(Expression.Fear)]
    [InlineData(Expression.Happiness)]
    [InlineData(Expression.Sadness)]
    [InlineData(Expression.Surprise)]
    [InlineData(Expression.Neutral)]
    public void Every_expression_is_predicted_under_its_own_name(Expression expression)
    {
        CliResult result = Cli.Run("predict", folder.WriteFace("a.png", expression), "--model", model, "--json");

        JsonElement face = Parse(result.Out)[0].GetProperty("faces")[0];
        Assert.Equal(expression.Name(), face.GetProperty("label").GetString());
        Assert.Equal(expression.Name(), face.GetProperty("expression").GetString());
        Assert.Equal(Expressions.Names, face.GetProperty("scores").EnumerateObject().Select(p => p.Name));
        Assert.Equal(1, face.GetProperty("scores").EnumerateObject().Sum(p => p.Value.GetDouble()), 5);
        Assert.True(face.GetProperty("scores").GetProperty(expression.Name()).GetDouble() > 0.5);
    }

    [Fact]
    public void The_json_is_an_array_of_path_status_and_faces()
    {
        string face = folder.WriteFace("лицо \"1\".png", Expression.Fear);
        CliResult result = Cli.Run("predict", face, "--model", model, "--json");

        Assert.Equal(ExitCodes.Done, result.Code);
        JsonElement image = Assert.Single(Parse(result.Out).EnumerateArray());
        Assert.Equal(
            ["path", "status", "isFaceCrop", "width", "height", "detectorRuns", "model", "faces"],
            image.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(face, image.GetProperty("path").GetString());
        Assert.Equal("ok", image.GetProperty("status").GetString());
        Assert.True(image.GetProperty("isFaceCrop").GetBoolean());
        Assert.Equal(
            ["label", "expression", "confidence", "uncertain", "uncertainReason", "scores", "box", "roll", "quality"],
            Assert.Single(image.GetProperty("faces").EnumerateArray()).EnumerateObject().Select(p => p.Name)
        );
        Assert.Contains("лицо", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_has_exactly_the_floats_of_the_library()
    {
        string face = folder.WriteGray("a.png", 101);
        CliResult result = Cli.Run("predict", face, "--model", model, "--json");

        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        ExpressionResult expected = classifier.Classify(GrayImage.Decode(face));
        JsonElement probabilities = Parse(result.Out)[0].GetProperty("faces")[0].GetProperty("scores");
        Assert.Equal(expected.LabelScores.Values, probabilities.EnumerateObject().Select(p => p.Value.GetSingle()));
        Check.All(
            probabilities.EnumerateObject().Zip(expected.LabelScores.Values),
            p => Assert.Equal(p.Second.ToString("R", CultureInfo.InvariantCulture), p.First.Value.GetRawText())
        );
    }

    [Fact]
    public void An_image_of_another_size_gives_the_result_of_the_library()
    {
        var random = new Random(5);
        byte[] pixels = new byte[130 * 90];
        random.NextBytes(pixels);
        string face = folder.Write("a.png", new GrayImage(130, 90, pixels).EncodePng());
        CliResult result = Cli.Run("predict", face, "--model", model, "--json", "--crop");

        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        Assert.Equal(
            classifier.Classify(GrayImage.Decode(face)).LabelScores.Values,
            Parse(result.Out)[0]
                .GetProperty("faces")[0]
                .GetProperty("scores")
                .EnumerateObject()
                .Select(p => p.Value.GetSingle())
        );
    }

    [Fact]
    public void A_folder_is_a_batch_in_ordinal_order_of_its_images_and_folders()
    {
        folder.WriteFace("batch/b.png", Expression.Anger);
        folder.WriteFace("batch/B.PNG", Expression.Fear);
        folder.WriteFace("batch/a/z.png", Expression.Neutral);
        folder.WriteFace("batch/ä.png", Expression.Sadness);
        folder.WriteFace("batch/.hidden.png", Expression.Anger);
        folder.Write("batch/notes.txt", "no image");
        CliResult result = Cli.Run("predict", folder["batch"], "--model", model, "--json");

        Assert.Equal(ExitCodes.Done, result.Code);
        string[] expected =
        [
            .. new[] { "B.PNG", Path.Combine("a", "z.png"), "b.png", "ä.png" }.Select(n =>
                Path.Combine(folder["batch"], n)
            ),
        ];
        Assert.Equal(expected, Parse(result.Out).EnumerateArray().Select(i => i.GetProperty("path").GetString()));
        Assert.Contains("4 images: 4 ok; ", result.Error, StringComparison.Ordinal);
        Assert.Contains("\n4 faces: 1 anger, 1 fear, 1 sadness, 1 neutral.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            "\n4 small images were treated as face crops (use --no-crop to detect faces in them).\n",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_batch_of_many_images_keeps_order_and_results_on_any_number_of_threads()
    {
        for (int i = 0; i < 70; i++)
        {
            folder.WriteFace($"batch/{i:00}.png", (Expression)(i % 7));
        }

        string one = Cli.Run("predict", folder["batch"], "--model", model, "--json", "--threads", "1").Out;
        string three = Cli.Run("predict", folder["batch"], "--model", model, "--json", "--threads", "3").Out;

        JsonElement[] images = [.. Parse(one).EnumerateArray()];
        Assert.Equal(70, images.Length);
        Check.All(
            images.Index(),
            i =>
                Assert.Equal(
                    ((Expression)(i.Index % 7)).Name(),
                    i.Item.GetProperty("faces")[0].GetProperty("label").GetString()
                )
        );
        Assert.Equal(one, three);
    }

    [Fact]
    public void Many_images_get_one_line_each()
    {
        for (int i = 0; i < 21; i++)
        {
            folder.WriteFace($"batch/{i:00}.png", Expression.Happiness);
        }

        CliResult result = Cli.Run("predict", folder["batch"], "--model", model);

        string[] lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(21, lines.Length);
        Check.All(lines, l => Assert.StartsWith("happiness ", l, StringComparison.Ordinal));
        Assert.Contains("21 images: 21 ok; ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_csv_has_a_header_and_one_row_per_crop()
    {
        string good = folder.WriteFace("a, b.png", Expression.Disgust);
        string bad = folder.Write("bad.png", "no image");
        CliResult result = Cli.Run("predict", good, bad, "--model", model, "--csv");

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        string[] lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(
            "path,status,isFaceCrop,imageWidth,imageHeight,faces,face,boxX,boxY,boxWidth,boxHeight,roll,detectionScore,"
                + "label,confidence,uncertain,anger,disgust,fear,happiness,sadness,surprise,neutral,error,model,"
                + "expression,uncertainReason,size,sharpness,contrast,touchesEdge,yaw",
            lines[0]
        );
        Assert.StartsWith($"\"{good}\",ok,true,48,48,1,1,0,0,48,48,0,,disgust,0.", lines[1], StringComparison.Ordinal);
        Assert.Matches(@",,brightness,disgust,,48,\d+\.\d+,\d+\.\d+,false,$", lines[1]);
        Assert.Equal(33, lines[1].Split(',').Length); // 32 columns, and the comma in the path
        Assert.StartsWith($"{bad},error,,,,0,,,,,,,,,,,,,,,,,,\"notAnImage: ", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",brightness,,,,,,,", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void A_crop_without_contrast_is_uncertain_in_every_form()
    {
        string blank = folder.WriteGray("blank.png", 16);
        string[] arguments = ["predict", blank, "--model", model];

        Assert.Contains(" %, uncertain: no contrast  (48×48,", Cli.Run(arguments).Out, StringComparison.Ordinal);
        Assert.EndsWith(
            $" % ?  {blank}  (uncertain: no contrast)\n",
            Cli.Run([.. arguments, "--brief"]).Out,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ",brightness,anger,noContrast,48,0,0,false,\n",
            Cli.Run([.. arguments, "--csv"]).Out,
            StringComparison.Ordinal
        );
        JsonElement face = Parse(Cli.Run([.. arguments, "--json"]).Out)[0].GetProperty("faces")[0];
        Assert.True(face.GetProperty("uncertain").GetBoolean());
        Assert.Equal("[\"noContrast\"]", face.GetProperty("uncertainReason").GetRawText());

        // Both reasons; in texts the percentage shows the other.
        arguments = [.. arguments, "--uncertain-below", "1"];
        Assert.EndsWith(
            ",brightness,anger,lowConfidence;noContrast,48,0,0,false,\n",
            Cli.Run([.. arguments, "--csv"]).Out,
            StringComparison.Ordinal
        );
        Assert.Contains(" %, uncertain: no contrast  (", Cli.Run(arguments).Out, StringComparison.Ordinal);

        // A face with contrast has no reason.
        string good = folder.WriteFace("good.png", Expression.Fear);
        Assert.EndsWith(
            ",brightness,fear,,48,1.225,4.08,false,\n",
            Cli.Run("predict", good, "--model", model, "--csv").Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_culture_with_a_decimal_comma_changes_nothing()
    {
        string face = folder.WriteFace("a.png", Expression.Sadness);
        string[] json = ["predict", face, "--model", model, "--json"];
        string[] text = ["predict", face, "--model", model];
        (string Json, string Text) expected = (Cli.Run(json).Out, Cli.Run(text).Out);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal("0,5", 0.5.ToString(CultureInfo.CurrentCulture));
            Assert.Equal(expected.Json, Cli.Run(json).Out);
            Assert.Equal(expected.Text, Cli.Run(text).Out);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("out/результат.json", '[')]
    [InlineData("out/r.csv", 'p')]
    public void The_extension_of_the_output_file_selects_the_format(string name, char first)
    {
        string face = folder.WriteFace("a.png", Expression.Anger);
        CliResult result = Cli.Run("predict", face, "--model", model, "-o", folder[name]);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Empty(result.Out);
        Assert.Equal(first, File.ReadAllText(folder[name])[0]);
        Assert.NotEqual(0xEF, File.ReadAllBytes(folder[name])[0]);
    }

    [Fact]
    public void One_bad_file_does_not_end_the_batch()
    {
        byte[] whole = File.ReadAllBytes(folder.WriteFace("b/1.png", Expression.Anger));
        var random = new Random(1);
        byte[] noise = new byte[64 * 64];
        random.NextBytes(noise);
        byte[] png = new GrayImage(64, 64, noise).EncodePng();
        folder.Write("b/2.png", png[..(png.Length / 2)]);
        folder.Write("b/3.png", "");
        folder.Write("b/4.jpg", "not a picture");
        folder.Write("b/5.png", whole);
        CliResult result = Cli.Run("predict", folder["b"], "--model", model, "--json");

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        JsonElement[] images = [.. Parse(result.Out).EnumerateArray()];
        Assert.Equal(["ok", "error", "error", "error", "ok"], images.Select(i => i.GetProperty("status").GetString()));
        Assert.Equal(
            ["truncatedImage", "emptyFile", "notAnImage"],
            images[1..4].Select(i => i.GetProperty("error").GetProperty("code").GetString())
        );
        Check.All(
            images[1..4],
            i =>
                Assert.Contains(
                    i.GetProperty("path").GetString()!,
                    i.GetProperty("error").GetProperty("message").GetString(),
                    StringComparison.Ordinal
                )
        );
        Check.All(images[1..4], i => Assert.Empty(i.GetProperty("faces").EnumerateArray()));
        Assert.Contains("5 images: 2 ok, 3 failed; ", result.Error, StringComparison.Ordinal);
        Assert.Contains("\n2 small images were treated as face crops", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void In_text_bad_files_are_reported_on_stderr()
    {
        string good = folder.WriteFace("good.png", Expression.Fear);
        string bad = folder.Write("bad.png", "x");
        CliResult result = Cli.Run("predict", bad, good, "--model", model);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {bad}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("good.png: fear", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("bad.png", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_batch_writes_valid_json_and_exits_with_130()
    {
        string face = folder.WriteFace("a.png", Expression.Fear);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        CliResult result = Cli.Run(cancelled.Token, "predict", face, "--model", model, "--json");

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Empty(Parse(result.Out).EnumerateArray());
        Assert.Equal("Interrupted.\n", result.Error);
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
