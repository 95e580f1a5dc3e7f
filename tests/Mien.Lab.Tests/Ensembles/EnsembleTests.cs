using Microsoft.ML.OnnxRuntime;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;
using OrtRunOptions = Microsoft.ML.OnnxRuntime.RunOptions;

namespace Mien.Lab.Tests;

/// <summary>An ensemble's file against its members, run one by one through the library.</summary>
public sealed class EnsembleTests(TrainedRun run) : IDisposable
{
    private static readonly string[] TwoHeads = [LabelSets.Fer2013, LabelSets.FerPlus];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_probabilities_are_the_weighted_mean_of_those_of_the_members()
    {
        string[] members =
        [
            MadeMember.Write(folder["a.onnx"], 1),
            MadeMember.Write(
                folder["b.onnx"],
                2,
                half: true,
                change: c => c with { Scale = 2f / 255, Offset = -1, Temperature = 1.7f, Labels = TinyModels.Shuffled }
            ),
            MadeMember.Write(
                folder["c.onnx"],
                3,
                12,
                10,
                maps: false,
                change: c => c with { CropNormalisation = CropNormaliser.Of(CropNormalisationKind.MeanDeviation) }
            ),
            MadeMember.Write(folder["d.onnx"], 4, 9, 16, change: c => c with { Resize = ResizeKernel.Nearest }),
        ];
        string file = folder["all.onnx"];
        LabResult result = Ensemble(members, "--output", file, "--uncalibrated", "--weights", "2, 1,0.5,0.5");
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains(
            $"note: The ensemble has no class activation maps: {members[2]} has none.",
            result.Error,
            StringComparison.Ordinal
        );

        using ExpressionClassifier ensemble = ExpressionClassifier.Load(file);
        ModelContract contract = ensemble.Contract;
        Assert.Equal((16, 16, 1f / 255, 0f), (contract.Width, contract.Height, contract.Scale, contract.Offset));
        Assert.Equal((1f, null, "MIT"), (contract.Temperature, contract.UncertainBelow, contract.Licence));
        Assert.Equal((400.0, 10000.0), (contract.Metrics["parameters"], contract.Metrics["macs"]));
        Assert.Matches(
            @"^ensemble of m1 \(SHA-256 [0-9a-f]{16}…, 0\.5\), m2 \(.*, 0\.25\), m3 \(.*, 0\.125\), m4 \(.*\);"
                + " made images$",
            contract.TrainingData
        );

        GrayImage[] images = Images();
        double[][] expected = [.. images.Select(_ => new double[7])];
        double[] shares = [0.5, 0.25, 0.125, 0.125];
        for (int m = 0; m < members.Length; m++)
        {
            using ExpressionClassifier member = ExpressionClassifier.Load(members[m]);
            ModelContract c = member.Contract;
            ExpressionResult[] alone =
            [
                .. member.Classify([.. images.Select(i => i.Resize(c.Width, c.Height, c.Resize))]),
            ];
            for (int i = 0; i < images.Length; i++)
            {
                for (int k = 0; k < 7; k++)
                {
                    expected[i][k] += shares[m] * alone[i].LabelScores[(Expression)k];
                }
            }
        }

        ExpressionResult[] together = [.. ensemble.Classify(images)];
        for (int i = 0; i < images.Length; i++)
        {
            for (int k = 0; k < 7; k++)
            {
                Assert.Equal(expected[i][k], together[i].LabelScores[(Expression)k], 1e-5);
            }
        }
    }

    [Fact]
    public void Features_lie_side_by_side_and_maps_are_the_weighted_mean()
    {
        string[] members =
        [
            MadeMember.Write(folder["a.onnx"], 1, half: true),
            MadeMember.Write(
                folder["b.onnx"],
                2,
                change: c => c with { Temperature = 2, Labels = TinyModels.Shuffled }
            ),
        ];
        string file = folder["two.onnx"];
        LabResult result = Ensemble(members, "--output", file, "--uncalibrated", "--weights", "3,1", "--quiet");
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal("", result.Error);
        // Half-precision weights stay so: two matrices of 5 × 9 and 7 × 5.
        Assert.True(
            new FileInfo(file).Length < new FileInfo(members[0]).Length + new FileInfo(members[1]).Length + 4000
        );

        GrayImage image = Images()[0];
        float[] input = [.. image.Pixels.ToArray().Select(p => p / 255f)];
        float[] first = Raw(members[0], "maps", input),
            second = Raw(members[1], "maps", input),
            both = Raw(file, "maps", input);
        Assert.Equal(7 * 16 * 16, both.Length);
        for (int k = 0; k < 7; k++)
        {
            int place = Array.IndexOf(TinyModels.Shuffled, Expressions.Names[k]);
            for (int i = 0; i < 256; i++)
            {
                Assert.Equal(
                    (0.75 * first[(k * 256) + i]) + (0.25 / 2 * second[(place * 256) + i]),
                    both[(k * 256) + i],
                    1e-5
                );
            }
        }

        float[] features = Raw(file, "features", input);
        Assert.Equal(10, features.Length);
        for (int m = 0; m < 2; m++)
        {
            // The features of a member times its last layer are its logits.
            OnnxLastLayer layer = OnnxLastLayer.Find(File.ReadAllBytes(members[m]), "logits", "member");
            float[] logits = Raw(members[m], "logits", input);
            for (int u = 0; u < 7; u++)
            {
                double sum = layer.Bias[u];
                for (int f = 0; f < 5; f++)
                {
                    sum += layer.Weights[(u * 5) + f] * features[(m * 5) + f];
                }

                Assert.Equal(logits[u], sum, 1e-4);
            }
        }

        using ExpressionClassifier ensemble = ExpressionClassifier.Load(file);
        Assert.Equal(ExplanationMethod.ClassActivationMap, ensemble.Explain(image).Method);

        // An ensemble can be a member, too.
        string nested = folder["nested.onnx"];
        result = Ensemble([file, members[0]], "--output", nested, "--uncalibrated", "--weights", "4,1");
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal(15, Raw(nested, "features", input).Length);
        using ExpressionClassifier outer = ExpressionClassifier.Load(nested);
        using ExpressionClassifier one = ExpressionClassifier.Load(members[0]);
        for (int k = 0; k < 7; k++)
        {
            Assert.Equal(
                (0.8 * ensemble.Classify(image).LabelScores[(Expression)k])
                    + (0.2 * one.Classify(image).LabelScores[(Expression)k]),
                outer.Classify(image).LabelScores[(Expression)k],
                1e-5
            );
        }
    }

    [Fact]
    public void Heads_are_averaged_one_by_one_and_calibrated_with_their_blend()
    {
        string[] members =
        [
            MadeMember.Write(folder["a.onnx"], 1, heads: TwoHeads),
            MadeMember.Write(folder["b.onnx"], 2, heads: [LabelSets.FerPlus, LabelSets.Fer2013]),
        ];
        string file = folder["two.onnx"];
        Assert.Equal(ExitCodes.Done, Ensemble(members, "--output", file, "--uncalibrated").Code);
        GrayImage image = Images()[1];
        using (ExpressionClassifier ensemble = ExpressionClassifier.Load(file))
        using (ExpressionClassifier a = ExpressionClassifier.Load(members[0]))
        using (ExpressionClassifier b = ExpressionClassifier.Load(members[1]))
        {
            Assert.Equal(["blend", .. TwoHeads], ensemble.Contract.HeadNames);
            // The members' blends differ, because their heads have another order.
            Assert.Equal([0.5f, 0.5f], ensemble.Contract.Blend!.Weights);
            foreach (string head in TwoHeads)
            {
                float[] expected =
                [
                    .. Probabilities(a, head, image).Zip(Probabilities(b, head, image), (x, y) => (x + y) / 2),
                ];
                Assert.Equal(expected, Probabilities(ensemble, head, image), (x, y) => Math.Abs(x - y) < 1e-5);
            }
        }

        // The shares of the heads are kept if they are the same, whatever the members' temperatures.
        string[] alike =
        [
            MadeMember.Write(folder["c.onnx"], 1, heads: TwoHeads, change: c => Voting(c, 1.5f)),
            MadeMember.Write(folder["d.onnx"], 2, heads: TwoHeads, change: c => Voting(c, 2.5f)),
        ];
        string kept = folder["kept.onnx"];
        Assert.Equal(ExitCodes.Done, Ensemble(alike, "--output", kept, "--uncalibrated").Code);
        using (ExpressionClassifier ensemble = ExpressionClassifier.Load(kept))
        {
            Assert.Equal([0.25f, 0.75f], ensemble.Contract.Blend!.Weights, (x, y) => Math.Abs(x - y) < 1e-6);
        }

        string votes = folder.Write("votes.csv", MadeData.Votes(TrainedRun.TrainingEach, TrainedRun.PublicTestEach));
        string calibrated = folder["calibrated.onnx"];
        string[] data = ["--data", run.Csv, "--output", calibrated];
        Fails(Ensemble(members, data), "The head 'ferplus' is calibrated on FER+ votes. Give fer2013new.csv");
        LabResult result = Ensemble(members, [.. data, "--votes", votes]);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using ExpressionClassifier fitted = ExpressionClassifier.Load(calibrated);
        FaceDataset images = FerPlusVotes.Read(votes).Join(DatasetReader.Read(run.Csv)).Dataset;
        foreach (ModelHead head in fitted.Contract.Heads!)
        {
            FaceDataset validation = images.Only(DatasetSplit.PublicTest);
            var evaluation = HeadEvaluation.Of(
                fitted.Contract.SelectHead(head.Name),
                head.Name,
                new ModelEvaluator(fitted, new ModelEvaluationOptions { Head = head.Name }).Predict(validation),
                validation
            );
            Assert.Equal(head.Metrics["publicTest.accuracy"], evaluation.Result.Accuracy);
            Assert.Equal(head.Metrics["publicTest.logLoss"], evaluation.Result.LogLoss, 1e-5);
        }

        Assert.NotEqual(1, fitted.Contract.Blend!.Temperature);
        Assert.Contains("publicTest.ferplus.accuracy", fitted.Contract.Blend.Metrics.Keys);

        static ModelContract Voting(ModelContract contract, float temperature)
        {
            ModelHead[] heads = [contract.Heads![0], contract.Heads[1] with { VoteTemperature = temperature }];
            float[] weights = HeadCalibration.Weights(contract.Blend!.Weights, heads);
            return contract with { Heads = heads, Blend = contract.Blend with { Weights = weights } };
        }
    }

    [Fact]
    public void One_head_is_calibrated_as_an_export_is()
    {
        string model = folder["old.onnx"],
            file = folder["both.onnx"];
        Assert.Equal(ExitCodes.Done, Lab.Run("export", run.Run, "--output", model, "--quiet").Code);
        LabResult result = Ensemble([model, model], "--data", run.Csv, "--output", file, "--name", "both");
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Matches(@"both\.onnx: [\d.]+ kB, temperature [\d.]+, uncertain below [\d.]+, PublicTest ", result.Out);
        using ExpressionClassifier ensemble = ExpressionClassifier.Load(file);
        using ExpressionClassifier member = ExpressionClassifier.Load(model);
        FaceDataset validation = DatasetReader.Read(run.Csv).Only(DatasetSplit.PublicTest);
        EvaluationResult measured = Metrics.Compute(new ModelEvaluator(ensemble).Predict(validation));
        Assert.Equal("both", ensemble.Contract.Name);
        Assert.Equal(measured.Accuracy, ensemble.Contract.Metrics["publicTest.accuracy"]);
        Assert.Equal(measured.LogLoss, ensemble.Contract.Metrics["publicTest.logLoss"], 1e-5);
        // The same model twice is that model, at the temperature that it has already.
        Assert.Equal(1, ensemble.Contract.Temperature, 0.02);
        Assert.Equal(
            new ModelEvaluator(member).Predict(validation).Probabilities,
            new ModelEvaluator(ensemble).Predict(validation).Probabilities,
            (a, b) => Math.Abs(a - b) < 0.01
        );
    }

    [Fact]
    public void Members_that_do_not_fit_are_named_and_nothing_is_written()
    {
        string one = MadeMember.Write(folder["one.onnx"], 1),
            two = MadeMember.Write(folder["two.onnx"], 2, heads: TwoHeads),
            other = MadeMember.Write(
                folder["other.onnx"],
                3,
                change: c => c with { Labels = ["a", "b", "c", "d", "e", "f", "g"], Licence = "other" }
            ),
            free = MadeMember.Write(folder["free.onnx"], 4, change: c => c with { Licence = "CC0-1.0" });
        string single = folder["single.onnx"];
        File.WriteAllBytes(single, TinyModels.Linear(TinyModels.Contract, batch: 1));
        string output = folder["out.onnx"];
        string[] rest = ["--output", output, "--uncalibrated"];
        Rejected(
            Ensemble([one, two], rest),
            $"{two}: the model has the heads fer2013, ferplus, and {one} has one head."
        );
        Rejected(
            Ensemble([one, other], rest),
            $"{other}: the model has the labels a, b, c, d, e, f, g, and {one} has "
        );
        Rejected(Ensemble([one, free], rest), "The members have the licences MIT, CC0-1.0. Give that of the ensemble");
        Rejected(
            Ensemble([one, single], [.. rest, "--licence", "MIT"]),
            $"{single}: its input takes 1 image at a time"
        );
        Rejected(Ensemble([one, folder["none.onnx"]], rest), "there is no such model file");
        Rejected(Ensemble([one, one], [.. rest, "--weights", "1,2,3"]), "--weights has 3 weights for 2 models");
        Rejected(Ensemble([one, one], [.. rest, "--weights", "1,-2"]), "--weights: '-2' is not a weight");
        Rejected(Ensemble([one], rest), "MODEL");

        void Rejected(LabResult result, string expected)
        {
            Fails(result, expected);
            Assert.False(File.Exists(output));
        }
    }

    private static void Fails(LabResult result, string expected)
    {
        Assert.NotEqual(ExitCodes.Done, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static LabResult Ensemble(string[] members, params string[] options) =>
        Lab.Run(["ensemble", .. members, .. options]);

    private static float[] Probabilities(ExpressionClassifier model, string head, GrayImage image)
    {
        float[] values = new float[7];
        model.ComputeLogits(image.Pixels, 1, values, head);
        Softmax.InPlace(values, model.Contract.SelectHead(head).Temperature);
        return values;
    }

    private static float[] Raw(string file, string output, float[] input)
    {
        using var session = new InferenceSession(file);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, [1, 1, 16, 16]);
        using var options = new OrtRunOptions();
        using var results = session.Run(options, ["image"], [value], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Random images of 16×16 pixels, with structure of several sizes.</summary>
    private static GrayImage[] Images()
    {
        var random = new Random(7);
        return
        [
            .. Enumerable
                .Range(0, 6)
                .Select(n =>
                {
                    byte[] pixels = new byte[256];
                    for (int i = 0; i < pixels.Length; i++)
                    {
                        double wave = Math.Sin((i % 16 * 0.3 * n) + (i / 16 * 0.2));
                        pixels[i] = (byte)(128 + (80 * wave) + random.Next(-40, 40));
                    }

                    return new GrayImage(16, 16, pixels);
                }),
        ];
    }
}
