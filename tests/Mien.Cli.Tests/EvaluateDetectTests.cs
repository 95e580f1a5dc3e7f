using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Cli.Tests;

/// <summary><c>mien evaluate --detect</c> on synthetic photos, which go through the real detector.</summary>
public sealed class EvaluateDetectTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Faces_of_class_folders_are_detected_and_classified()
    {
        foreach ((Expression expression, string file) in SampleFaces.All)
        {
            folder.Write($"photos/{expression.Name()}/face.png", File.ReadAllBytes(file));
        }

        // The photo of a group counts for its largest face only, whose label is wrong; the last has no face.
        (_, int x, int y, int side) = MadePhotos.GroupFaces[0];
        var group = MadePhotos.Canvas(700, 400, new("happiness", x, y, side), new("disgust", 300, 20, side + 60));
        folder.Write("photos/sad/group.png", group.EncodePng());
        folder.Write("photos/neutral/nobody.png", MadePhotos.Empty().EncodePng());
        CliResult result = Cli.Run("evaluate", "default", folder["photos"], "--detect", "--quiet");

        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        Assert.Matches(@"^default on photos, all: 9 faces in 9 photos, head: blend\nFace detection: \w+, ", result.Out);
        Assert.Matches(@"(?m)^missed faces +1, 11\.11 % \(95 % interval: 2\.0 to 43\.5\)$", result.Out);
        Assert.Matches(@"(?m)^accuracy, all faces +77\.78 % \(95 % interval: 45\.3 to 93\.7\);", result.Out);
        Assert.Matches(@"(?m)^accuracy, found faces +87\.50 % \(95 % interval: 52\.9 to 97\.8\)$", result.Out);
        Assert.Matches(@"(?m)^│ neutral +│ +2 │ +1 │ +50\.0 % │ +9\.5 to 90\.5 │ +100\.0 % │", result.Out);
        Assert.Matches(@"(?m)^│ sadness +│ +0 │ +1 │ +0 │ +0 │ +1 │ +0 │ +0 │ +0 │$", result.Out);
        Check.All(result.Out.Split('\n'), l => Assert.True(l.Length <= CommandConsole.WidthWithoutTerminal));
    }

    [Fact]
    public void A_csv_names_the_faces_of_a_photo_by_box_and_the_results_are_written_per_face()
    {
        folder.Write("in/group.png", MadePhotos.Group().EncodePng());
        folder.Write("in/single.png", MadePhotos.Single().EncodePng());
        string[] rows =
        [
            .. MadePhotos.GroupFaces.Select(f =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"group.png,{f.Expression.Name()},p,{f.X},{f.Y},{f.Side},{f.Side}"
                )
            ),
            "group.png,fear,q,600,480,30,30",
            "single.png,fear,q,,,,",
        ];
        string data = folder.Write(
            "in/labels.csv",
            $"path,label,person,boxX,boxY,boxWidth,boxHeight\n{string.Join('\n', rows)}\n"
        );
        CliResult result = Cli.Run([
            "evaluate",
            "default",
            data,
            "--detect",
            "--detector",
            "back",
            "--predictions",
            folder["out.csv"],
            "-o",
            folder["out.json"],
        ]);
        JsonElement json = JsonDocument.Parse(File.ReadAllText(folder["out.json"])).RootElement;
        string[][] lines = [.. File.ReadAllLines(folder["out.csv"]).Select(l => l.Split(','))];

        Assert.Equal((ExitCodes.Done, "", ""), (result.Code, result.Out, result.Error));
        Assert.Equal([2, 5, 1, 4, 3], Numbers("photos", "count", "missed", "found", "correct"));
        Assert.Equal(3 / 5.0, json.GetProperty("accuracy").GetDouble(), 12);
        Assert.Equal(3 / 4.0, json.GetProperty("accuracyOfFound").GetDouble(), 12);
        Assert.Equal(0.5, json.GetProperty("perClass").GetProperty("fear").GetProperty("missed").GetDouble() / 2);
        Assert.Equal(1, json.GetProperty("confusion")[2][3].GetInt32());
        Assert.Equal(
            ("back", "auto", 0.3),
            (Text("detector"), Text("tiles"), json.GetProperty("minOverlap").GetDouble())
        );
        Assert.Equal(
            "index,source,label,person,status,faces,boxX,boxY,boxWidth,boxHeight,overlap,anger,disgust,fear,happiness,"
                + "sadness,surprise,neutral,predicted,error",
            string.Join(',', lines[0])
        );
        Assert.Equal(["found", "found", "found", "missed", "found"], lines[1..].Select(l => l[4]));
        Assert.Equal(["happiness", "disgust", "neutral", "", "happiness"], lines[1..].Select(l => l[^2]));
        Assert.Equal(["3", "3", "3", "3", "1"], lines[1..].Select(l => l[5]));
        Assert.InRange(float.Parse(lines[1][10], CultureInfo.InvariantCulture), 0.4, 1);
        Assert.Equal(["", ""], lines[4..].Select(l => l[10]));

        int[] Numbers(params string[] keys) => [.. keys.Select(k => json.GetProperty(k).GetInt32())];
        string? Text(string key) => json.GetProperty(key).GetString();
    }

    [Fact]
    public void A_broken_photo_ends_no_run_and_bad_rows_end_it_unless_they_are_skipped()
    {
        folder.Write("broken.png", "no image");
        folder.Write("single.png", MadePhotos.Single().EncodePng());
        string data = folder.Write("a.csv", "path,label\nsingle.png,happy\nbroken.png,fear\nnone.png,fear\n");
        CliResult refused = Cli.Run("evaluate", "tiny", data, "--detect");
        CliResult skipped = Cli.Run("evaluate", "tiny", data, "--detect", "--skip-bad-rows", "--json");
        JsonElement json = JsonDocument.Parse(skipped.Out).RootElement;

        Assert.Equal((ExitCodes.SomeFailed, ""), (refused.Code, refused.Out));
        Assert.Matches(@"^error: .*a\.csv, line 4: there is no photo .*--skip-bad-rows\.\n$", refused.Error);
        Assert.Equal(ExitCodes.SomeFailed, skipped.Code);
        Assert.Contains("1 bad row was skipped.\n", skipped.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^failed: .*broken\.png: is no known kind of picture", skipped.Error);
        Assert.EndsWith("1 photo could not be processed and is not in the figures.\n", skipped.Error);
        Assert.Equal((2, 1, 1, 1), (Number("photos"), Number("count"), Number("failed"), Number("skippedRows")));
        JsonElement error = Assert.Single(json.GetProperty("errors").EnumerateArray());
        Assert.Equal("notAnImage", error.GetProperty("code").GetString());
        Assert.Equal(folder["broken.png"], error.GetProperty("source").GetString());

        int Number(string key) => json.GetProperty(key).GetInt32();
    }

    [Fact]
    public void If_every_photo_is_broken_the_run_fails_with_the_reasons()
    {
        folder.Write("x/fear/broken.png", "no image");
        CliResult result = Cli.Run("evaluate", "tiny", folder["x"], "--detect");

        Assert.Equal((ExitCodes.SomeFailed, ""), (result.Code, result.Out));
        Assert.Contains("is no known kind of picture", result.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            "error: none of the 1 photos could be read, so there is nothing to evaluate. Check the data.\n",
            result.Error
        );
    }

    [Fact]
    public void Splits_are_chosen_as_for_face_crops_and_do_not_apply_to_data_without_them()
    {
        byte[] photo = MadePhotos.Single().EncodePng();
        folder.Write("x/PublicTest/happy/1.png", photo);
        folder.Write("x/Training/happy/2.png", photo);
        folder.Write("x/Training/happy/3.png", photo);
        folder.Write("y/happy/1.png", photo);

        Assert.Equal(("PublicTest", 1), Of(Run("x")));
        Assert.Equal(("Training", 2), Of(Run("x", "--split", "Training")));
        Assert.Equal(("all", 3), Of(Run("x", "--split", "all")));
        Assert.Equal(("all", 1), Of(Run("y")));
        Assert.Equal(("Training", 1), Of(Run("y", "--default-split", "Training", "--split", "Training")));
        CliResult none = Run("y", "--split", "PublicTest");
        Assert.Equal(ExitCodes.Usage, none.Code);
        Assert.Contains(
            "the photos have no splits, so --split PublicTest selects none",
            none.Error,
            StringComparison.Ordinal
        );
        CliResult empty = Run("x", "--split", "PrivateTest");
        Assert.Equal(ExitCodes.Usage, empty.Code);
        Assert.Contains("the data has Training 2, PublicTest 1. Choose", empty.Error, StringComparison.Ordinal);

        CliResult Run(string data, params string[] more) =>
            Cli.Run(["evaluate", "tiny", folder[data], "--detect", "--json", .. more]);

        static (string?, int) Of(CliResult result)
        {
            JsonElement json = JsonDocument.Parse(result.Out).RootElement;
            return (json.GetProperty("split").GetString(), json.GetProperty("count").GetInt32());
        }
    }

    [Fact]
    public void The_options_of_detection_are_those_of_predict()
    {
        folder.Write("x/happy/1.png", MadePhotos.Single().EncodePng());
        CliResult result = Cli.Run([
            "evaluate",
            "tiny",
            folder["x"],
            "--detect",
            "--detector",
            "front",
            "--tiles",
            "none",
            "--min-score",
            "1",
        ]);

        Assert.Contains(
            "Face detection: front, tiles none, minimum detection score 1\n",
            result.Out,
            StringComparison.Ordinal
        );
        Assert.Matches(@"(?m)^missed faces +1, 100\.00 %", result.Out);
        Assert.DoesNotContain("accuracy, found faces", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--detect and --html exclude each other; give one of them.", "--detect", "--html", "a.html")]
    [InlineData("--detect and --tta exclude each other; give one of them.", "--detect", "--tta", "flip")]
    [InlineData("--detect and --robustness exclude each other", "--detect", "--robustness")]
    [InlineData("--detect and --compare exclude each other", "--detect", "--compare", "tiny")]
    [InlineData("--tiles needs --detect: without it the images are face crops.", "--tiles", "all")]
    [InlineData("--min-score is x, expected a number from 0 to 1.", "--detect", "--min-score", "x")]
    public void Options_that_do_not_fit_are_wrong_usage(string message, params string[] options)
    {
        CliResult result = Cli.Run(["evaluate", "tiny", folder.Path, .. options]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void FER2013_and_other_labels_are_errors_that_say_what_to_do()
    {
        string crops = folder.Write("fer2013.csv", "emotion,pixels,Usage\n");
        string labels = folder.Write("labels.csv", "path,label\n");
        folder.Write("x/happy/1.png", MadePhotos.Single().EncodePng());
        string other = BrightnessModel.Write(folder["m.onnx"], labels: ["calm", "excited"]);

        Assert.Contains(
            "evaluate them without --detect",
            Cli.Run("evaluate", "tiny", crops, "--detect").Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "These are labelled photos: evaluate them with --detect.",
            Cli.Run("evaluate", "tiny", labels).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no folder above it is a label: the folder 'happy', expected calm, excited.",
            Cli.Run("evaluate", other, folder["x"], "--detect").Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_model_with_labels_of_its_own_is_evaluated_on_folders_of_these_names()
    {
        string[] labels = ["calm", "excited", "tongueOut"];
        string model = BrightnessModel.Write(folder["m.onnx"], labels: labels);
        folder.Write("x/Calm/ann/1.png", MadePhotos.Single().EncodePng());
        folder.Write("x/excited/2.png", MadePhotos.Single().EncodePng());
        folder.Write("x/tongueout/3.png", MadePhotos.Empty().EncodePng());
        string[] args = ["evaluate", model, folder["x"], "--detect", "--predictions", folder["faces.csv"]];
        CliResult text = Cli.Run([.. args, "--quiet"]);
        JsonElement json = JsonDocument.Parse(Cli.Run([.. args, "--json"]).Out).RootElement;
        string[] faces = File.ReadAllLines(folder["faces.csv"]);

        Assert.Equal((ExitCodes.Done, ""), (text.Code, text.Error));
        Assert.Matches(@"(?m)^│ tongueOut +│ +1 │ +1 │", text.Out);
        Assert.Contains(
            "Confusion matrix (rows: true label, columns: predicted label)",
            text.Out,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("neutral predicted as sadness", text.Out, StringComparison.Ordinal);
        Assert.Equal(labels, json.GetProperty("labels").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal(3, json.GetProperty("confusion").GetArrayLength());
        Assert.Equal(1, json.GetProperty("perClass").GetProperty("tongueOut").GetProperty("missed").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("neutralCalledSad").ValueKind);
        Assert.Contains(",overlap,calm,excited,tongueOut,predicted,error", faces[0], StringComparison.Ordinal);
        Assert.Contains(",tongueOut,", faces[3], StringComparison.Ordinal);
    }

    [Fact]
    public void An_interruption_writes_no_figures()
    {
        folder.Write("x/happy/1.png", MadePhotos.Single().EncodePng());
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CliResult result = Cli.Run(stop.Token, "evaluate", "tiny", folder["x"], "--detect", "-o", folder["a.json"]);

        Assert.Equal((ExitCodes.Interrupted, ""), (result.Code, result.Out));
        Assert.False(File.Exists(folder["a.json"]));
    }
}
