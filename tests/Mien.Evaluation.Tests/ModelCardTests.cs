using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class ModelCardTests
{
    private static readonly Predictions Four = Made.Of((Anger, Anger, 0.9f), (Fear, Anger, 0.6f), (Neutral, Neutral, 0.7f), (Neutral, Sadness, 0.5f));

    private static readonly EvaluationReport Report = new() { Model = "deep", Data = "fer2013.csv", Split = "PublicTest", Result = Metrics.Compute(Four, [0]) };

    private static ModelCardInput Input() => new()
    {
        Contract = Made.Contract(48, 48, 1.5f) with { Name = "deep", TrainingData = "FER2013 Training (28,709 images)", Recipe = "{\n  \"network\": \"deep\"\n}", Licence = "MIT" },
        Evaluation = Report,
        OtherEvaluations = [Report with { TestTimeAugmentation = TestTimeAugmentation.FlipAndShift }],
        History = [new EpochPoint(1, 0.1, 2, 2.1, 0.3, 0.25), new EpochPoint(2, 0.05, 1.5, 1.7, 0.5, 0.45)],
        ShippedEpoch = 2,
        ModelFile = "deep.onnx",
        ModelBytes = 12_345_678,
        Parameters = 5_912_345,
        MultiplyAdds = 290_123_456,
        Seed = 42,
        TrainCommand = "mien-lab train recipes/deep.json",
        RunsLookedAt = 3,
        CheckpointsLookedAt = 1,
        TrainingTime = TimeSpan.FromHours(4.25),
        Hardware = "2 CPU cores",
        Versions = new Dictionary<string, string> { ["TorchSharp"] = "0.107.0", ["Mien"] = "0.1.0" },
        Goal = 0.68,
        Published = 0.6555,
        OutOfFold = Metrics.Compute(Four),
        EceBeforeScaling = 0.125,
        Notes = ["Tried: nothing else."],
    };

    [Theory]
    [InlineData("# deep\n")]
    [InlineData("On PublicTest (4 images): **50.00 %** right (95 % interval 15.0 to 85.0 %).")] // z² = 3.841459: 0.5 ± 1.96·√(0.0625 + 0.060023)/1.960365 = 0.5 ± 0.35
    [InlineData("| file | `deep.onnx` (ONNX, 12.3 MB) |")]
    [InlineData("| parameters | 5,912,345 |")]
    [InlineData("| multiply-adds an image | 290.1 million |")]
    [InlineData("divided by the temperature 1.5 before the softmax")]
    [InlineData("- Again: `mien-lab train recipes/deep.json`, seed 42.")]
    [InlineData("- Epochs: 2; the weights of epoch 2 are shipped.")]
    [InlineData("- Time: 4.2 hours on 2 CPU cores.")]
    [InlineData("- With Mien 0.1.0, TorchSharp 0.107.0.")]
    [InlineData("- Choices: 3 runs and 1 checkpoint were looked at on PublicTest before this one was chosen")]
    [InlineData("![Loss, accuracy and learning rate over the epochs](curves.png)")]
    [InlineData("```json\n{\n  \"network\": \"deep\"\n}\n```")]
    [InlineData("| PublicTest | 10 | 4 | 50.00 % |")]
    [InlineData("1 of the 4 images stand, pixel for pixel, in Training too")]
    [InlineData("The goal was 68.00 %: missed by 18.00 points.")]
    [InlineData("Published for this network, on another split of the same data: 65.55 %.")]
    [InlineData("Neutral faces called sad: 50.00 % of 2.")]
    [InlineData("| anger | 50.00 % | 100.00 % | 66.67 % | 1 |")]
    [InlineData("| **neutral** | 0 | 0 | 0 | 0 | 1 | 0 | **1** |")]
    [InlineData("At temperature 1 it was 12.50 %.")]
    [InlineData("People agree with these labels in 65 ± 5 %")]
    [InlineData("Article 5(1)(f) of the AI Act")]
    [InlineData("- Weights: MIT.")]
    [InlineData("\nTried: nothing else.\n")]
    public void The_card_says(string text) => Assert.Contains(text, ModelCard.Render(Input()), StringComparison.Ordinal);

    [Fact]
    public void A_goal_that_was_met_is_said_to_be_met() =>
        Assert.Contains("The goal was 45.00 %: met, 5.00 points above it.", ModelCard.Render(Input() with { Goal = 0.45 }), StringComparison.Ordinal);

    [Fact]
    public void That_nothing_was_chosen_on_PrivateTest_is_said_only_where_it_is_so()
    {
        Assert.DoesNotContain("Nothing was chosen on PrivateTest", ModelCard.Render(Input()), StringComparison.Ordinal);
        Assert.Contains("Nothing was chosen on PrivateTest.", ModelCard.Render(Input() with { PrivateTestUnseen = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_have_as_many_cells_in_every_row()
    {
        string[] lines = ModelCard.Render(Input()).Split('\n');
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('|') && lines[i - 1].StartsWith('|'))
            {
                Assert.Equal(lines[i - 1].Count(c => c == '|'), lines[i].Count(c => c == '|'));
            }
        }
    }

    [Fact]
    public void The_card_and_the_curves_are_written_side_by_side()
    {
        using var folder = new TempFolder();
        ModelCard.Write(folder["models/deep/README.md"], Input());

        Assert.Equal(ModelCard.Render(Input()), File.ReadAllText(folder["models/deep/README.md"]));
        Assert.Equal(900, GrayImage.Decode(folder["models/deep/curves.png"]).Width);
    }

    [Fact]
    public void Without_a_history_there_are_no_curves()
    {
        using var folder = new TempFolder();
        ModelCard.Write(folder["README.md"], Input() with { History = [] });

        Assert.DoesNotContain("![", File.ReadAllText(folder["README.md"]), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder[string.Empty]));
    }
}
