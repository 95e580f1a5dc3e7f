using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>A model with two heads in predict, info and models.</summary>
public sealed class HeadTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string face;

    public HeadTests()
    {
        model = folder.Write("m.onnx", HeadModels.Linear(HeadModels.Contract));
        face = folder.Write("p/face.png", new GrayImage(3, 2, [10, 60, 200, 255, 0, 90]).EncodePng());
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, "blend")]
    [InlineData("blend", "blend")]
    [InlineData("fer2013", "fer2013")]
    [InlineData("ferplus", "ferplus")]
    public void The_scores_are_those_of_the_head_and_every_format_names_it(string? option, string head)
    {
        string[] given = option is null ? [] : ["--head", option];
        double[] expected = TinyModels.Softmaxed(
            HeadModels.Logits(GrayImage.Decode(face).Pixels, head),
            HeadModels.Contract.SelectHead(head).Temperature
        );

        JsonElement image = JsonDocument
            .Parse(Run(["predict", face, "--model", model, "--json", .. given]))
            .RootElement[0];
        string[] lines = Run(["predict", face, "--model", model, "--csv", .. given]).TrimEnd('\n').Split('\n');
        double[] scores =
        [
            .. image.GetProperty("faces")[0].GetProperty("scores").EnumerateObject().Select(s => s.Value.GetDouble()),
        ];
        string text = Run(["predict", face, "--model", model, .. given]);

        Assert.Equal(head, image.GetProperty("head").GetString());
        Assert.Equal(expected, scores, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.EndsWith(",uncertainReason,size,sharpness,contrast,touchesEdge,yaw,head", lines[0]);
        Assert.EndsWith("," + head, lines[1], StringComparison.Ordinal);
        Assert.Equal(lines[0].Split(',').Length, lines[1].Split(',').Length);
        Assert.Contains(
            (100 * expected.Max()).ToString("0.0", CultureInfo.InvariantCulture) + " %",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_CSV_row_without_a_face_has_all_columns()
    {
        folder.Write("p/broken.png", [1, 2, 3]);
        folder.Write("p/photo.png", MadePhotos.Canvas(200, 200).EncodePng());

        CliResult result = Cli.Run("predict", folder["p"], "--model", model, "--csv", "--quiet");

        // Error messages are quoted and hold commas.
        string[][] rows =
        [
            .. Regex.Replace(result.Out.TrimEnd('\n'), "\"[^\"]*\"", "").Split('\n').Select(l => l.Split(',')),
        ];
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Equal(4, rows.Length);
        Check.All(rows, r => Assert.Equal(rows[0].Length, r.Length));
        Assert.Equal(
            [("status", "head"), ("error", ""), ("ok", "blend"), ("noFace", "blend")],
            rows.Select(r => (r[1], r[^1]))
        );
    }

    [Theory]
    [InlineData("none", "The model 'two' has no head 'none': it has blend, fer2013, ferplus. Use one of these names.")]
    [InlineData("FERPLUS", "it has blend, fer2013, ferplus.")]
    public void An_unknown_head_is_wrong_usage_and_the_message_lists_the_heads(string head, string expected)
    {
        CliResult result = Cli.Run("predict", face, "--model", model, "--head", head);

        Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_one_head_has_none_to_select_and_its_output_names_none()
    {
        string one = folder.Write("one.onnx", TinyModels.Linear(TinyModels.Contract));

        CliResult wrong = Cli.Run("predict", face, "--model", one, "--head", "ferplus");

        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("has no head 'ferplus': it has one head", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\"head\"", Run(["predict", face, "--model", one, "--json"]), StringComparison.Ordinal);
        Assert.DoesNotContain(",head", Run(["predict", face, "--model", one, "--csv"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.csv")]
    public void Results_of_another_head_cannot_be_resumed(string name)
    {
        folder.Write("p/broken.png", [1, 2, 3]);
        string[] command = ["predict", folder["p"], "--model", model, "-o", folder[name], "--quiet"];
        Assert.Equal(ExitCodes.SomeFailed, Cli.Run([.. command, "--head", "ferplus"]).Code);
        string before = File.ReadAllText(folder[name]);

        CliResult other = Cli.Run([.. command, "--resume"]);
        CliResult same = Cli.Run([.. command, "--head", "ferplus", "--resume"]);

        Assert.Equal(ExitCodes.Usage, other.Code);
        Assert.Contains(
            "it was written with the head 'ferplus', but this run uses 'blend'.",
            other.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCodes.SomeFailed, same.Code);
        Assert.Equal(before.Split('\n').Order(), File.ReadAllText(folder[name]).Split('\n').Order());
    }

    [Fact]
    public void Results_without_a_head_cannot_be_resumed_with_one()
    {
        string file = folder["out.jsonl"];
        string one = folder.Write("one.onnx", TinyModels.Linear(TinyModels.Contract with { Name = "two" }));
        Assert.Equal(ExitCodes.Done, Cli.Run("predict", face, "--model", one, "-o", file, "--quiet").Code);

        CliResult result = Cli.Run("predict", face, "--model", model, "-o", file, "--quiet", "--resume");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("written without a head, but this run uses 'blend'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_shows_each_head_and_the_blend()
    {
        ModelContract normalised = HeadModels.Contract with
        {
            CropNormalisation = new CropNormalisation
            {
                Kind = CropNormalisationKind.MeanDeviation,
                Mean = 129,
                Deviation = 54,
            },
        };

        string text = Run(["info", folder.Write("n.onnx", HeadModels.Linear(normalised))]);

        Assert.Matches(@"(?m)^contract version +2$", text);
        Assert.Matches(@"(?m)^crop normalisation +to mean 129 and standard deviation 54 \(gray values\)", text);
        Assert.DoesNotMatch("(?m)^temperature", text);
        Assert.Matches(
            @"(?m)^head fer2013 \(outputs 8 to 14\)\n  temperature +1\.5\n  uncertain below +0\.4\n"
                + @"  trained on +labels\n  PublicTest: accuracy +70\.00 %\n",
            text.ReplaceLineEndings("\n")
        );
        Assert.Matches(@"(?m)^head ferplus \(outputs 1 to 7\)\n  temperature +0\.75\n", text.ReplaceLineEndings("\n"));
        Assert.Matches(
            @"(?m)^blend of the heads \(the default\)\n  weights +fer2013 0\.25, ferplus 0\.75\n  temperature +0\.5\n"
                + @"  uncertain below +0\.5\n  PublicTest, fer2013: accuracy +75\.00 %\n",
            text.ReplaceLineEndings("\n")
        );
    }

    [Fact]
    public void The_table_of_models_has_a_row_for_each_head_and_each_label_set_of_the_blend()
    {
        Dictionary<string, double> measured = new() { ["publicTest.accuracy"] = 0.7, ["publicTest.count"] = 3589 };
        ModelContract contract = HeadModels.Contract with
        {
            Heads = [HeadModels.Contract.Heads![0] with { Metrics = measured }, HeadModels.Contract.Heads[1]],
        };
        var summary = new ModelSummary("two", 1_000_000, contract);
        var plain = new ModelSummary("one", 1_000_000, TinyModels.Contract with { Metrics = measured });

        using var text = new StringWriter();
        ModelSummary.WriteTable(new CommandConsole(text, TextWriter.Null, 120), [summary, plain]);
        JsonElement json = JsonDocument
            .Parse(JsonText.Write(writer => ModelSummary.WriteJson(writer, [summary, plain])))
            .RootElement;

        Assert.Equal(
            [
                "two|1.0|3×2 gray|fer2013|fer2013|70.00 %|68.5 to 71.5 %|labels",
                "|||ferplus|ferplus|80.00 %||votes",
                "|||blend|fer2013|75.00 %||",
                "|||blend|ferplus|not measured||",
                "one|1.0|3×2 gray|||70.00 %|68.5 to 71.5 %|",
            ],
            text.ToString()
                .Split('\n')
                .Where(r => r.StartsWith('│'))
                .Skip(1)
                .Select(r => string.Join('|', r.Trim('│').Split('│').Select(c => c.Trim())))
        );
        Assert.Equal(
            ["fer2013 fer2013", "ferplus ferplus", "blend fer2013", "blend ferplus"],
            json[0]
                .GetProperty("heads")
                .EnumerateArray()
                .Select(h => $"{h.GetProperty("head").GetString()} {h.GetProperty("labels").GetString()}")
        );
        Assert.Equal(0.7, json[0].GetProperty("accuracy").GetDouble());
        Assert.False(json[1].TryGetProperty("heads", out _));
    }

    private static string Run(string[] command)
    {
        CliResult result = Cli.Run(command);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        return result.Out;
    }
}
