using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary><c>mien adapt</c> on made faces and the smallest model.</summary>
public sealed class AdaptTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_of_persons_gives_a_model_that_predict_and_evaluate_use_and_an_honest_report()
    {
        WriteMerged("in", 6);
        CliResult result = Adapt("in", "--threads", "1");
        string[] face = ["predict", folder["in/neutral/p1/neutral.png"], "--model", folder["mine.onnx"]];
        JsonElement predicted = JsonDocument.Parse(Cli.Run([.. face, "--json"]).Out).RootElement[0];

        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        Assert.StartsWith("mine: tiny adapted to 42 labelled faces, head: blend\n\naccuracy before", result.Out);
        Assert.Matches(@"(?m)^gain +\+\d+\.\d points \(95 % interval: ", result.Out);
        Assert.Contains("over 42 faces in 6 groups, kept together, by fits", result.Out);
        Assert.Contains("The pictures of each of 6 folders beside the class were kept together.", result.Out);
        Assert.Contains("Labels in another spelling: wut is read as anger.", result.Out, StringComparison.Ordinal);
        Assert.Contains($"mien predict --model \"{folder["mine.onnx"]}\" photos", result.Out, StringComparison.Ordinal);
        Check.All(
            result.Out.Split('\n').Where(l => !l.Contains(folder.Path, StringComparison.Ordinal)).ToArray(),
            l => Assert.True(l.Length <= CommandConsole.WidthWithoutTerminal, l)
        );
        Assert.Equal("neutral", predicted.GetProperty("faces")[0].GetProperty("label").GetString());
        Assert.Contains("mine", Cli.Run("info", folder["mine.onnx"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_of_ones_own_are_in_json_csv_and_evaluation()
    {
        Write("in/happy", Expression.Happiness, 8);
        Write("in/Wink", Expression.Disgust, 8);
        CliResult result = Adapt("in", "--classes", "wink", "--report", folder["report.json"]);
        JsonElement report = JsonDocument.Parse(File.ReadAllText(folder["report.json"])).RootElement;
        string[] predict = ["predict", folder["in/Wink"], "--model", folder["mine.onnx"]];
        string csv = Cli.Run([.. predict, "--csv"]).Out;
        JsonElement json = JsonDocument.Parse(Cli.Run([.. predict, "--json"]).Out).RootElement;
        folder.Write("photos/wink/1.png", MadePhotos.Single(Expression.Disgust).EncodePng());
        CliResult evaluated = Cli.Run("evaluate", folder["mine.onnx"], folder["photos"], "--detect");

        Assert.Equal((ExitCodes.Done, "", ""), (result.Code, result.Out, result.Error));
        Assert.Equal(8, report.GetProperty("facesPerLabel").GetProperty("wink").GetInt32());
        Assert.Equal("happiness", report.GetProperty("spellings").GetProperty("happy").GetString());
        Assert.Contains(",neutral,wink,", csv.Split('\n')[0], StringComparison.Ordinal);
        JsonElement face = json[0].GetProperty("faces")[0];
        Assert.Equal("wink", face.GetProperty("label").GetString());
        Assert.True(face.GetProperty("scores").TryGetProperty("wink", out _));
        Assert.Equal((ExitCodes.Done, ""), (evaluated.Code, evaluated.Error));
        Assert.Matches(@"(?m)^│ wink +│ +1 │", evaluated.Out);
    }

    [Fact]
    public void What_cannot_be_used_is_named_and_counted_and_the_rest_is_used()
    {
        WriteMerged("in", 5);
        folder.Write("in/broken.csv", "no picture");
        folder.Write("in/neutral/broken.png", "no picture");
        folder.Write("in/neutral/empty.png", MadePhotos.Empty().EncodePng());
        folder.Write("in/neutral/group.png", MadePhotos.Group().EncodePng());
        Write("in/surprize", Expression.Surprise, 1);
        CliResult result = Adapt("in");

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.True(File.Exists(folder["mine.onnx"]));
        Assert.Matches(@"(?m)^not used: .*broken\.png: is no known kind of picture", result.Error);
        Assert.Matches(
            @"(?m)^not used: .*empty\.png: no face was found in this picture of 320×200 pixels\.",
            result.Error
        );
        Assert.Matches(@"(?m)^not used: .*group\.png: 3 faces were found, and it is not known", result.Error);
        Assert.Matches(@"(?m)^not used: .*'surprize' \(the nearest known name is 'surprise'\)", result.Error);
        Assert.EndsWith(
            "4 labelled faces could not be used: noFace 1, severalFaces 1, unknownLabel 1, unreadable 1.\n",
            result.Error
        );
    }

    [Fact]
    public void Without_a_gain_a_model_is_written_only_by_force()
    {
        // What the model itself says cannot be improved.
        for (int i = 0; i < 14; i++)
        {
            GrayImage face = VariedFaces.Crop((Expression)(i % 7), i);
            using var tiny = ExpressionClassifier.Load("tiny");
            folder.Write($"in/{tiny.Classify(face).Label}/{i}.png", face.EncodePng());
        }

        CliResult refused = Adapt("in");
        bool isWritten = File.Exists(folder["mine.onnx"]);
        CliResult forced = Adapt("in", "--force");

        Assert.Equal((ExitCodes.SomeFailed, false), (refused.Code, isWritten));
        Assert.Contains(
            "The measured gain is zero or less",
            refused.Out.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
        Assert.Contains("mine.onnx was not written: the pictures show no gain over tiny.", refused.Error);
        Assert.DoesNotContain("Written to", refused.Out, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, ""), (forced.Code, forced.Error));
        Assert.True(File.Exists(folder["mine.onnx"]));
    }

    [Fact]
    public void One_person_is_adapted_on_top_of_an_adapted_model_without_a_measurement()
    {
        WriteMerged("in", 5);
        Adapt("in");
        foreach (Expression e in Enum.GetValues<Expression>().Where(e => e != Expression.Fear))
        {
            folder.Write($"ann/{e.Name()}/1.png", VariedFaces.Crop(e, 77).EncodePng());
        }

        string[] args = ["adapt", folder["ann"], "-o", folder["ann.onnx"], "--model", folder["mine.onnx"]];
        CliResult result = Cli.Run([.. args, "--one-person"]);

        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        Assert.StartsWith("ann: mine adapted to 6 labelled faces\n\ngain    not measured\n", result.Out);
        Assert.Contains("The gain was not measured: ", result.Out, StringComparison.Ordinal);
        Assert.Contains(
            "Missing expressions: fear. A picture of each would help.",
            result.Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Files_of_FER2013_and_csv_files_are_read_and_charts_are_drawn()
    {
        string[] rows = [.. Enumerable.Range(0, 28).Select(i => Row((Expression)(i % 7), i))];
        string fer = folder.Write("fer.csv", "emotion,pixels,Usage\n" + string.Join('\n', rows) + "\n");
        CliResult training = Cli.Run(["adapt", fer, "-o", folder["mine.onnx"], "--model", "tiny"]);
        string[] args =
        [
            "adapt",
            fer,
            "-o",
            folder["mine.onnx"],
            "--model",
            "tiny",
            "--split",
            "PublicTest",
            "--force",
        ];
        CliResult html = Cli.Run([.. args, "--chart", folder["c.html"]]);
        Cli.Run([.. args, "--chart", folder["c.svg"], "--json"]);
        Cli.Run([.. args, "--chart", folder["c.PNG"]]);
        string page = File.ReadAllText(folder["c.html"]);

        Assert.Equal(ExitCodes.Usage, training.Code);
        Assert.Contains("no image belongs to the split Training; the data has PublicTest 28", training.Error);
        Assert.Equal(
            (ExitCodes.Done, $"Written to {folder["mine.onnx"]}, {folder["c.html"]}.\n"),
            (html.Code, html.Error)
        );
        Assert.Contains("The split PublicTest was used: 28 of 28 pictures.", html.Out, StringComparison.Ordinal);
        Assert.Contains("Learning curve (accuracy on faces that were not used)", html.Out, StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<?xml", page, StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(folder["c.svg"]), StringComparison.Ordinal);
        Assert.Equal([0x89, .. "PNG"u8], File.ReadAllBytes(folder["c.PNG"])[..4]);

        static string Row(Expression e, int variant) =>
            $"{(int)e},{string.Join(' ', VariedFaces.Crop(e, variant).Pixels)},PublicTest";
    }

    [Theory]
    [InlineData("4 labelled faces can be used, expected at least 5", 4)]
    [InlineData("All 6 faces have the label 'happiness', expected at least two labels", 6)]
    [InlineData("No face can be used that has the label 'wink'", 6, "--classes", "wink")]
    [InlineData("--only needs --classes A,B", 6, "--only")]
    [InlineData("These labels cannot be used: there is 1 label, expected 2 to 64.", 6, "--classes", "happy", "--only")]
    [InlineData("--chart: 'c.pdf' should end in .html, .svg, .png.", 6, "--chart", "c.pdf")]
    [InlineData("--one-person and --chart exclude each other", 6, "--one-person", "--chart", "c.svg")]
    [InlineData("--output, --report and --chart name the same file", 6, "--report", "OUT")]
    [InlineData("so --split Training selects none", 6, "--split", "Training")]
    [InlineData("Unrecognized", 6, "--unknown")]
    [InlineData("'PrivateTest' not recognized", 6, "--split", "PrivateTest")]
    [InlineData("--seed is -1", 6, "--seed", "-1")]
    [InlineData("the model 'tiny' has no head 'x'", 6, "--head", "x")]
    public void Wrong_usage_says_what_is_needed_and_writes_nothing(string message, int count, params string[] options)
    {
        Write("in/happiness", Expression.Happiness, count);
        if (message.StartsWith("No face", StringComparison.Ordinal))
        {
            Write("in/fear", Expression.Fear, 1);
        }

        CliResult result = Adapt("in", [.. options.Select(o => o == "OUT" ? folder["mine.onnx"] : o)]);

        Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
        Assert.Contains(message, result.Error.Replace("The model", "the model", StringComparison.Ordinal));
        Assert.Equal([folder["in"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_interruption_leaves_an_existing_model_as_it_was()
    {
        WriteMerged("in", 5);
        folder.Write("mine.onnx", "old");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CliResult result = Cli.Run(stop.Token, "adapt", folder["in"], "-o", folder["mine.onnx"], "--model", "tiny");

        Assert.Equal((ExitCodes.Interrupted, ""), (result.Code, result.Out));
        Assert.Equal("old", File.ReadAllText(folder["mine.onnx"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    private CliResult Adapt(string data, params string[] options) =>
        Cli.Run(["adapt", folder[data], "-o", folder["mine.onnx"], "--model", "tiny", "--quiet", .. options]);

    private void Write(string to, Expression expression, int count)
    {
        for (int i = 0; i < count; i++)
        {
            folder.Write($"{to}/{i}.png", VariedFaces.Crop(expression, i).EncodePng());
        }
    }

    /// <summary>Faces of several people with four labels only, which a bias can learn.</summary>
    private void WriteMerged(string to, int people)
    {
        foreach (Expression e in Enum.GetValues<Expression>())
        {
            string label = e switch
            {
                Expression.Fear => "surprise",
                Expression.Disgust or Expression.Anger => "wut",
                Expression.Sadness => "neutral",
                _ => e.Name(),
            };
            for (int p = 0; p < people; p++)
            {
                folder.Write($"{to}/{label}/p{p}/{e.Name()}.png", VariedFaces.Crop(e, p).EncodePng());
            }
        }
    }
}
