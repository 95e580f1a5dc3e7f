using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>A model whose labels are not the seven expressions, from the photo to every output.</summary>
public sealed class OtherLabelsTests : IDisposable
{
    private static readonly string[] Labels = ["neutral", "contempt", "not sure, mixed"];

    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string photo;

    public OtherLabelsTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"], "other", pooled: true, labels: Labels);
        photo = folder.Write("photo.png", MadePhotos.Single().EncodePng());
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, "neutral", "neutral")]
    [InlineData(128, "contempt", null)]
    [InlineData(255, "not sure, mixed", null)]
    public void Json_and_csv_have_the_label_and_its_expression(int gray, string label, string? expression)
    {
        string face = folder.WriteGray("face.png", (byte)gray);
        JsonElement written = Face(Run("predict", face, "--model", model, "--json"));
        Assert.Equal(label, written.GetProperty("label").GetString());
        Assert.Equal(expression, written.GetProperty("expression").GetString());
        Assert.Equal(Labels, written.GetProperty("scores").EnumerateObject().Select(s => s.Name));
        Assert.Equal(
            written.GetProperty("confidence").GetSingle(),
            written.GetProperty("scores").GetProperty(label).GetSingle()
        );

        string[] lines = Run("predict", face, "--model", model, "--csv").TrimEnd('\n').Split('\n');
        Assert.EndsWith(
            ",detectionScore,label,confidence,uncertain,neutral,contempt,\"not sure, mixed\",error,model,expression,"
                + "uncertainReason,size,sharpness,contrast,touchesEdge,yaw",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.Contains(
            "," + (label.Contains(',', StringComparison.Ordinal) ? $"\"{label}\"" : label) + ",",
            lines[1],
            StringComparison.Ordinal
        );
        Assert.EndsWith($",,other,{expression},noContrast,48,0,0,false,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_face_of_a_photo_is_labelled_annotated_and_explained()
    {
        JsonElement face = Face(
            Run(
                "predict",
                photo,
                "--model",
                model,
                "--json",
                "--annotate",
                folder["annotated"],
                "--explain",
                folder["maps"]
            )
        );
        Assert.Equal("contempt", face.GetProperty("label").GetString());
        Assert.Equal(JsonValueKind.Null, face.GetProperty("expression").ValueKind);
        Assert.True(face.GetProperty("detectionScore").GetSingle() > 0.5f);
        Assert.True(File.Exists(folder["annotated/photo.png"]));
        Assert.True(File.Exists(folder["maps/photo.png.face1.heatmap.png"]));
    }

    [Fact]
    public void Text_and_counts_use_the_labels()
    {
        string dark = folder.WriteGray("dark.png", 0),
            bright = folder.WriteGray("bright.png", 255);
        string bars = Run("predict", bright, "--model", model);
        Check.All(Labels, l => Assert.Contains($"\n  {l} ", bars, StringComparison.Ordinal));

        CliResult brief = Cli.Run("predict", dark, bright, "--model", model, "--brief");
        string[] lines = brief.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(
            lines[0].IndexOf(dark, StringComparison.Ordinal),
            lines[1].IndexOf(bright, StringComparison.Ordinal)
        );
        Assert.Contains("2 faces: 1 neutral, 1 not sure, mixed", brief.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_with_the_same_labels_can_be_resumed_and_one_with_other_labels_cannot()
    {
        string face = folder.WriteGray("face.png", 128),
            output = folder["out.csv"];
        Run("predict", face, "--model", model, "-o", output);
        string before = File.ReadAllText(output);
        Run("predict", face, "--model", model, "-o", output, "--resume");
        Assert.Equal(before, File.ReadAllText(output));

        string seven = BrightnessModel.Write(folder["seven.onnx"], "other");
        CliResult refused = Cli.Run("predict", face, "--model", seven, "-o", output, "--resume");
        Assert.Equal(ExitCodes.Usage, refused.Code);
    }

    [Fact]
    public void Evaluating_it_is_rejected_with_the_labels()
    {
        string csv = folder["data.csv"];
        File.WriteAllText(
            csv,
            "emotion,pixels,Usage\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 7)
                        .Select(e =>
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{e},{string.Join(' ', Enumerable.Repeat(30 * e, 48 * 48))},PublicTest\n"
                            )
                        )
                )
        );
        CliResult result = Cli.Run("evaluate", model, csv);
        Assert.NotEqual(ExitCodes.Done, result.Code);
        Assert.Empty(result.Out);
        Assert.Contains(
            "The model 'other' has the labels neutral, contempt, not sure, mixed. It can be compared",
            result.Error,
            StringComparison.Ordinal
        );
    }

    private static string Run(params string[] args)
    {
        CliResult result = Cli.Run(args);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        return result.Out;
    }

    private static JsonElement Face(string json)
    {
        JsonElement image = Assert.Single(JsonDocument.Parse(json).RootElement.EnumerateArray());
        return Assert.Single(image.GetProperty("faces").EnumerateArray());
    }
}
