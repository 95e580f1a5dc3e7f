using System.Text.Json;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>A training with two heads, from recipe to card.</summary>
public sealed class HeadTrainingTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_heads_are_trained_exported_and_shown_on_the_card()
    {
        string votes = folder.Write("votes.csv", MadeData.Votes(TrainedRun.TrainingEach, TrainedRun.PublicTestEach));
        string recipe = folder.Write(
            "two.json",
            $$"""
            {
              "network": {{JsonSerializer.Serialize(run.Network)}},
              "heads": ["fer2013", "ferplus"], "headShares": [0.4, 0.6],
              "threads": 1, "epochs": 12, "batchSize": 56, "learningRate": 0.1,
            }
            """
        );
        string[] where = ["--runs", folder["runs"]];
        Fails(Lab.Run(["train", recipe, "--data", run.Csv, .. where]), "needs FER+ votes");
        LabResult trained = Lab.Run(["train", recipe, "--data", run.Csv, "--votes", votes, .. where]);
        Assert.True(trained.Code == ExitCodes.Done, trained.Error);
        var results = new RunFolder(folder["runs/two"]);
        EpochRecord last = results.ReadHistory()[^1];
        Assert.Equal(LabelSets.Names, last.Heads!.Select(h => h.Head));
        Assert.Equal((0.4 * last.Heads![0].Accuracy) + (0.6 * last.Heads[1].Accuracy), last.ValidationAccuracy, 1e-4);

        string model = folder["models/two.onnx"];
        LabResult exported = Lab.Run(["export", "two", "--output", model, .. where]);
        Assert.True(exported.Code == ExitCodes.Done, exported.Error);
        using (ExpressionClassifier classifier = ExpressionClassifier.Load(model))
        {
            ModelContract contract = classifier.Contract;
            Assert.Equal(["blend", .. LabelSets.Names], contract.HeadNames);
            Assert.Equal("made.csv, split Training (392 images)", contract.Heads![0].TrainingData);
            Assert.Equal("made.csv, split Training (392 images), FER+ votes", contract.Heads[1].TrainingData);
            Check.All(contract.Heads, h => Assert.Equal(42, h.Metrics["publicTest.count"]));
            Assert.Contains(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{contract.Blend!.Temperature:F3}"),
                exported.Out,
                StringComparison.Ordinal
            );
        }

        LabResult card = Lab.Run(["card", "two", "--model", model, .. where]);
        Assert.True(card.Code == ExitCodes.Done, card.Error);
        string text = File.ReadAllText(folder["models/README.md"]);
        foreach (
            string part in new[]
            {
                "Accuracy of the head `fer2013` on PublicTest (42 images): **",
                "| output | `logits`, float32 [N, 14], logits, 7 for each head in this order: fer2013, ferplus |",
                "\n## Heads\n",
                "\n| `fer2013` | fer2013 | 42 | ",
                "\n| `ferplus` | ferplus | 42 | ",
                "\n| `blend` | fer2013 | 42 | ",
                "\n| `blend` | ferplus | 42 | ",
                " Its temperature was fitted to these labels. At its vote temperature, ",
                " for `ferplus`, renormalised (at the vote temperature: 0.5, 0.5). ",
                "\n- Data of the head `ferplus`: made.csv, split Training (392 images), FER+ votes.\n",
                "All other figures on this card are those of the head `fer2013`.\n",
                "\n## Results of the head `fer2013` on PublicTest\n",
            }
        )
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        // Calibration errors: on these images, by chance, and cross-validated for each head, but not for the blend.
        const string Before = @" \| ferplus \| 42 \|( [^|]+ \|){4} [\d.]+ % \| [\d.]+ % \| ";
        Assert.Matches("\n\\| `ferplus`" + Before + @"[\d.]+ % \| [\d.]+ \|", text);
        Assert.Matches("\n\\| `blend`" + Before + @"– \| [\d.]+ \|", text);

        // A teacher with both heads gives the targets of both, and one without the head for votes only those of labels.
        FaceDataset data = FerPlusVotes.Read(votes).Join(DatasetReader.Read(run.Csv)).Dataset;
        string bright = BrightnessModel.Write(folder["bright.onnx"]);
        using ExpressionClassifier oneHead = ExpressionClassifier.Load(bright);
        var taught = new TrainingRecipe { Teacher = $"{model}, {bright}", TeacherShare = 0.5 };
        Teachers.Answers answers = Teachers.Ask(taught, voting: true, data, TestConsole(), quiet: true, default)!;
        Assert.StartsWith("tiny (SHA-256 ", answers.VoteModel, StringComparison.Ordinal);
        Assert.DoesNotContain(" and ", answers.VoteModel, StringComparison.Ordinal);
        Assert.Contains($" and {oneHead.Contract.Name} (", answers.Model, StringComparison.Ordinal);
        Assert.Equal(392 * 7, answers.VoteProbabilities!.Length);
        Check.All(answers.VoteProbabilities.Chunk(7), row => Assert.Equal(1, row.Sum(), 1e-4f));
        Assert.NotEqual(answers.Probabilities, answers.VoteProbabilities);
        // They are shares of people.
        using ExpressionClassifier twoHeads = ExpressionClassifier.Load(model);
        Assert.NotNull(twoHeads.Contract.Heads![1].VoteTemperature);
        Predictions shares = new ModelEvaluator(
            twoHeads,
            new ModelEvaluationOptions { TestTimeAugmentation = TestTimeAugmentation.Flip, VoteTemperatures = true }
        ).PredictHeads(data.Only(DatasetSplit.Training))[2];
        Assert.Equal(shares.Probabilities, answers.VoteProbabilities);
        Assert.Null(Teachers.Ask(taught, voting: false, data, TestConsole(), quiet: true, default)!.VoteModel);
    }

    [Fact]
    public void Without_calibration_both_heads_are_in_the_contract_and_no_data_is_needed()
    {
        string recipe = folder.Write(
            "two.json",
            $$"""
            {
              "network": {{JsonSerializer.Serialize(run.Network)}},
              "heads": ["fer2013", "ferplus"], "epochs": 1, "threads": 1
            }
            """
        );
        string votes = folder.Write("votes.csv", MadeData.Votes(TrainedRun.TrainingEach, TrainedRun.PublicTestEach));
        string[] where = ["--runs", folder["runs"]];
        Assert.Equal(ExitCodes.Done, Lab.Run(["train", recipe, "--data", run.Csv, "--votes", votes, .. where]).Code);
        string model = folder["two.onnx"];
        LabResult exported = Lab.Run(["export", "two", "--uncalibrated", "--output", model, .. where]);
        Assert.True(exported.Code == ExitCodes.Done, exported.Error);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        Check.All(classifier.Contract.Heads!, h => Assert.Equal((1f, null), (h.Temperature, h.UncertainBelow)));
        Assert.Equal(1, classifier.Contract.Blend!.Temperature);
    }

    private static void Fails(LabResult result, string expected)
    {
        Assert.NotEqual(ExitCodes.Done, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static CommandConsole TestConsole() => new(TextWriter.Null, TextWriter.Null);
}
