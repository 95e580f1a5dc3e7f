using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>An adapted model with a guard, in every output of the program.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public GuardTests() => model = GuardedModel.Write(folder["guarded.onnx"]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(100, false)]
    [InlineData(220, true)]
    public void A_face_unlike_the_training_faces_is_uncertain_in_json_csv_and_text(int gray, bool unlike)
    {
        byte[] pixels = new byte[48 * 48];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(gray + ((i / 192 % 2) == 0 ? 10 : -10));
        }

        string face = folder.Write("face.png", new GrayImage(48, 48, pixels).EncodePng());
        JsonElement root = JsonDocument.Parse(Run("predict", face, "--model", model, "--json")).RootElement;
        JsonElement written = (root.ValueKind == JsonValueKind.Array ? root[0] : root).GetProperty("faces")[0];
        Assert.Equal(
            unlike ? ["unlikeTrainingFaces"] : [],
            written.GetProperty("uncertainReason").EnumerateArray().Select(r => r.GetString())
        );
        Assert.Equal(unlike, written.GetProperty("uncertain").GetBoolean());

        string line = Run("predict", face, "--model", model, "--csv").TrimEnd('\n').Split('\n')[1];
        Assert.Equal(unlike, line.Contains(",unlikeTrainingFaces,", StringComparison.Ordinal));
        Assert.Equal(
            unlike,
            Run("predict", face, "--model", model)
                .Contains("uncertain: unlike the training faces", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Info_shows_what_the_model_was_adapted_to_and_what_was_measured()
    {
        string text = Run("info", model);
        foreach (
            string expected in (string[])
                [
                    "contract version  3",
                    "adapted from      default, head blend (SHA-256 000000000000",
                    "adapted to        42 labelled faces: dark 12, bright 30",
                    "fitted            bias and scale",
                    "measured by       cross-validation with 5 folds, 42 faces of 7 groups",
                    "accuracy before   60.0 % (95 % interval 44.0 to 74.0 %)",
                    "accuracy after    75.0 % (95 % interval 60.0 to 86.0 %)",
                    "gain              +15.0 points (95 % interval 2.0 to 28.0)",
                    "guard             distance: a face over 0.75 is uncertain, unlike the training faces",
                ]
        )
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.Equal(
            "default",
            JsonDocument
                .Parse(Run("info", model, "--json"))
                .RootElement.GetProperty("adaptation")
                .GetProperty("baseModel")
                .GetString()
        );
        Assert.DoesNotContain("adapted", Run("info", "tiny"), StringComparison.Ordinal);
    }

    [Fact]
    public void Info_says_what_was_not_measured_or_not_known()
    {
        ModelAdaptation adaptation = GuardedModel.Contract.Adaptation!;
        Assert.Contains(
            "measured by       (its gain was not measured)",
            Info(adaptation with { Measured = null }),
            StringComparison.Ordinal
        );
        string unknown = Info(
            adaptation with
            {
                BaseHead = null,
                Measured = adaptation.Measured! with { AreGroupsKnown = false, IsAgainstMostFrequentLabel = true },
            }
        );
        Assert.Contains("42 faces, who is who was not known", unknown, StringComparison.Ordinal);
        Assert.Contains("accuracy of the most frequent label  60.0 %", unknown, StringComparison.Ordinal);
        Assert.Contains("  default (SHA-256", unknown, StringComparison.Ordinal);

        string Info(ModelAdaptation with) =>
            Run("info", folder.Write("m.onnx", GuardedModel.Build(GuardedModel.Contract with { Adaptation = with })));
    }

    private static string Run(params string[] arguments)
    {
        CommandResult result = Cli.Run(arguments);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        return result.Out;
    }
}
