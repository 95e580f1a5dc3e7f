using Mien.Evaluation;
using Mien.Lab;
using static Mien.Expression;

namespace Mien.Lab.Tests;

public class ModelCardTests
{
    private static readonly Predictions Four = Made.Of(
        (Anger, Anger, 0.9f),
        (Fear, Anger, 0.6f),
        (Neutral, Neutral, 0.7f),
        (Neutral, Sadness, 0.5f)
    );

    private static readonly EvaluationReport Report = new()
    {
        Model = "deep",
        Data = "fer2013.csv",
        Split = "PublicTest",
        Result = Metrics.Compute(Four, [0]),
        Certain = RiskCoverage.At(Four, 0.65),
    };

    private static ModelCardInput Input() =>
        new()
        {
            Contract = Made.Contract(48, 48, 1.5f) with
            {
                Name = "deep",
                TrainingData = "FER2013 Training (28,709 images)",
                UncertainBelow = 0.65f,
                Recipe = "{\n  \"network\": \"deep\"\n}",
                Licence = "MIT",
            },
            Evaluation = Report with
            {
                Robustness =
                [
                    new RobustnessCurve(
                        Corruption.Blur,
                        [new RobustnessPoint(0.5, 4, 2), new RobustnessPoint(3, 4, 1)]
                    ),
                    new RobustnessCurve(Corruption.Roll, [new RobustnessPoint(5, 4, 2), new RobustnessPoint(45, 4, 0)]),
                ],
            },
            OtherEvaluations = [Report with { TestTimeAugmentation = TestTimeAugmentation.FlipAndShift }],
            History = [new(1, 48, 0.1, 2, 0.3, 2.1, 0.25, 60, 500), new(2, 48, 0.05, 1.5, 0.5, 1.7, 0.45, 120, 500)],
            ShippedEpoch = 2,
            ModelFile = "deep.onnx",
            ModelBytes = 12_345_678,
            Parameters = 5_912_345,
            Macs = 290_123_456,
            Seed = 42,
            TrainCommand = "mien-lab train recipes/deep.json",
            RunsEvaluated = 3,
            CheckpointsEvaluated = 1,
            TrainingTime = TimeSpan.FromHours(4.2),
            Hardware = "2 CPU cores",
            Speeds = [new ModelSpeed(1, 1234.4), new ModelSpeed(64, 5678.6)],
            SpeedHardware = "4 CPU cores",
            Versions = new Dictionary<string, string> { ["TorchSharp"] = "0.107.0", ["Mien"] = "0.1.0" },
            Goal = 0.68,
            Published = 0.6555,
            OutOfFold = Metrics.Compute(Four),
            EceBeforeScaling = 0.125,
            Notes = ["Tried: nothing else."],
        };

    [Theory]
    [InlineData("# deep\n")]
    // z² = 3.841459: 0.5 ± 1.96·√(0.0625 + 0.060023)/1.960365 = 0.5 ± 0.35
    [InlineData("Accuracy on PublicTest (4 images): **50.00 %** (95 % interval 15.0 to 85.0 %).")]
    [InlineData("| file | `deep.onnx` (ONNX, 12.3 MB) |")]
    [InlineData("| parameters | 5,912,345 |")]
    [InlineData("| MACs per image | 290.1 million |")]
    [InlineData("divided by the temperature 1.5 before the softmax")]
    [InlineData("- Reproduce with: `mien-lab train recipes/deep.json`, seed 42.")]
    [InlineData("- Epochs: 2; the weights of epoch 2 are shipped.")]
    [InlineData("- Training time: 4.2 hours on 2 CPU cores.")]
    [InlineData("- Versions: Mien 0.1.0, TorchSharp 0.107.0.")]
    [InlineData("- Model selection: 3 runs and 1 checkpoint were evaluated on PublicTest before this one was chosen")]
    [InlineData("![Loss, accuracy and learning rate over the epochs](curves.png)")]
    [InlineData("```json\n{\n  \"network\": \"deep\"\n}\n```")]
    [InlineData("| PublicTest | 10 | 4 | 50.00 % |")]
    [InlineData("1 of the 4 images are exact duplicates of training images")]
    [InlineData("The goal was 68.00 %: missed by 18.00 points.")]
    [InlineData("Accuracy published for this network, on another split of the same data: 65.55 %.")]
    [InlineData("| speed, batch size 1 | 1,234 images per second through the library on 4 CPU cores |")]
    [InlineData("| speed, batch size 64 | 5,679 images per second through the library on 4 CPU cores |")]
    // 0.5 ± 1.96·√(0.125 + 0.240091)/2.920729 = 0.5 ± 0.4055
    [InlineData("Neutral faces classified as sad: 50.00 % of 2 (95 % interval 9.5 to 90.5 %).")]
    [InlineData("Sad faces classified as neutral: 0.00 % of 0 (95 % interval 0.0 to 100.0 %).")]
    [InlineData("| 100.00 % | 0.500 | 50.00 % | 15.0 to 85.0 % |")]
    [InlineData("| 50.00 % | 0.700 | 100.00 % |")]
    [InlineData("![Risk–coverage curve: error of the images kept against their share](risk-coverage.png)")]
    [InlineData(
        "The library marks predictions with a confidence below 0.65 as uncertain: 50.00 % of the images are kept and "
            + "100.00 % of those are correct"
    )]
    [InlineData(
        "of the 2 rejected 0.00 % are correct.\nThe threshold is part of the contract. It was chosen on these images"
    )]
    [InlineData(
        "Area under the risk–coverage curve: 0.2083; with the best possible order of these predictions 0.2083, with a "
            + "random order 0.5000."
    )] // (0 + 0 + 1/3 + 2/4) / 4
    [InlineData(
        "| corruption | none | 1 | 2 |\n| --- | ---: | ---: | ---: |\n| blur (σ in pixels) | 50.0 % | 0.5: 50.0 % "
            + "| 3: 25.0 % |\n| roll (degrees) | 50.0 % | 5: 50.0 % | 45: 0.0 % |"
    )]
    [InlineData("![Accuracy against the strength of each corruption](robustness.png)")]
    [InlineData("| anger | 50.00 % | 100.00 % | 20.7 to 100.0 % | 66.67 % | 1 |")] // 1 of 1: 1/(1 + z²)
    [InlineData("excludes them (95 % interval of the first row 6.1 to 79.2 %).")]
    [InlineData("| **neutral** | 0 | 0 | 0 | 0 | 1 | 0 | **1** |")]
    [InlineData("Before temperature scaling (temperature 1) it was 12.50 %.")]
    [InlineData("People agree with these labels for 65 ± 5 %")]
    [InlineData("Article 5(1)(f) of the AI Act")]
    [InlineData("- Weights: MIT.")]
    [InlineData("\nTried: nothing else.\n")]
    public void The_card_contains(string text) =>
        Assert.Contains(text, ModelCard.Render(Input()), StringComparison.Ordinal);

    [Fact]
    public void The_card_names_the_crop_normalisation()
    {
        Assert.DoesNotContain("crop normalisation", ModelCard.Render(Input()), StringComparison.Ordinal);
        ModelCardInput input = Input();
        input = input with
        {
            Contract = input.Contract with
            {
                CropNormalisation = new CropNormalisation
                {
                    Kind = CropNormalisationKind.MeanDeviation,
                    Mean = 129,
                    Deviation = 54.5f,
                },
            },
        };
        Assert.Contains(
            "resampling |\n| crop normalisation, in the graph | to mean 129 and deviation 54.5 |\n| output | ",
            ModelCard.Render(input),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "deviation 54.5, added to the trained network with `mien-lab normalise` |\n",
            ModelCard.Render(input with { NormalisedLater = true }),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, "PublicTest", "by chance. No temperature was fitted.\n")]
    [InlineData(
        1.5f,
        "PublicTest",
        "The temperature 1.5 was fitted on the same images, so this figure is slightly optimistic."
    )]
    [InlineData(1.5f, "PrivateTest", "The temperature 1.5 was fitted on PublicTest.")]
    public void The_card_states_where_the_temperature_was_fitted(float temperature, string split, string text)
    {
        ModelCardInput input = Input() with
        {
            Contract = Input().Contract with { Temperature = temperature },
            Evaluation = Report with { Split = split },
        };

        Assert.Contains(text, ModelCard.Render(input), StringComparison.Ordinal);
    }

    [Fact]
    public void A_goal_that_was_met_is_stated_as_met() =>
        Assert.Contains(
            "The goal was 45.00 %: met, 5.00 points above it.",
            ModelCard.Render(Input() with { Goal = 0.45 }),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_unused_PrivateTest_is_mentioned_only_if_it_was_unused()
    {
        Assert.DoesNotContain("Nothing was chosen on PrivateTest", ModelCard.Render(Input()), StringComparison.Ordinal);
        Assert.Contains(
            "Nothing was chosen on PrivateTest.",
            ModelCard.Render(Input() with { PrivateTestUnseen = true }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void All_rows_of_a_table_have_the_same_number_of_cells()
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
    public void The_card_and_its_plots_are_written_into_the_same_folder()
    {
        using var folder = new TempFolder();
        ModelCard.Write(folder["models/deep/README.md"], Input());

        Assert.Equal(ModelCard.Render(Input()), File.ReadAllText(folder["models/deep/README.md"]));
        Assert.Equal(900, GrayImage.Decode(folder["models/deep/curves.png"]).Width);
        Assert.Equal(640, GrayImage.Decode(folder["models/deep/risk-coverage.png"]).Width);
        Assert.Equal(1200, GrayImage.Decode(folder["models/deep/robustness.png"]).Width);
    }

    [Fact]
    public void Parts_that_were_not_measured_have_no_plots()
    {
        using var folder = new TempFolder();
        ModelCard.Write(folder["README.md"], Input() with { History = [], Evaluation = Report, Speeds = [] });
        string card = File.ReadAllText(folder["README.md"]);

        Assert.Single(card.Split("![").Skip(1));
        Assert.DoesNotContain("Robustness to corruptions", card, StringComparison.Ordinal);
        Assert.DoesNotContain("| speed", card, StringComparison.Ordinal);
        Assert.Equal(
            ["README.md", "risk-coverage.png"],
            Directory.GetFiles(folder[string.Empty]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Without_a_threshold_in_the_contract_the_card_gives_the_one_that_the_rule_chooses()
    {
        ModelCardInput input = Input() with
        {
            Contract = Input().Contract with { UncertainBelow = null },
            Evaluation = Report with { Certain = RiskCoverage.At(Four, 0.5) },
        };

        // Correct at 0.9 and 0.7, wrong at 0.6 and 0.5: the smallest multiple of 0.01 that keeps only the correct ones.
        Assert.Contains(
            "The contract has no threshold. The rule of newer models, the maximum of correct minus wrong predictions "
                + "among those kept, would choose 0.61.",
            ModelCard.Render(input),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "The library marks predictions with a confidence below 0.50 as uncertain: 100.00 % of the images are kept",
            ModelCard.Render(input),
            StringComparison.Ordinal
        );
        Assert.Contains("none is rejected.", ModelCard.Render(input), StringComparison.Ordinal);
    }

    [Fact]
    public void The_plots_depend_on_the_curves_alone()
    {
        using var folder = new TempFolder();
        ModelCard.Write(folder["a.md"], Input());
        byte[] first = File.ReadAllBytes(folder["robustness.png"]);
        byte[] coverage = File.ReadAllBytes(folder["risk-coverage.png"]);
        ModelCard.Write(folder["a.md"], Input());
        Assert.Equal(first, File.ReadAllBytes(folder["robustness.png"]));
        Assert.Equal(coverage, File.ReadAllBytes(folder["risk-coverage.png"]));

        ModelCard.Write(
            folder["a.md"],
            Input() with
            {
                Evaluation = Input().Evaluation with
                {
                    Certain = RiskCoverage.At(Four, 0.55),
                    Robustness = [new RobustnessCurve(Corruption.Blur, [new RobustnessPoint(0.5, 4, 4)])],
                },
            }
        );
        Assert.NotEqual(first, File.ReadAllBytes(folder["robustness.png"]));
        Assert.NotEqual(coverage, File.ReadAllBytes(folder["risk-coverage.png"]));
    }
}
