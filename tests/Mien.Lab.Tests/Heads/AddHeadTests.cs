using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;

namespace Mien.Lab.Tests;

public sealed class AddHeadTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_head_is_added_and_the_first_stays_as_it_is(bool half)
    {
        string before = Export(half ? ["--half"] : []);
        string after = folder["both.onnx"];
        LabResult result = AddHead(before, "--output", after);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("both.onnx: ", result.Out, StringComparison.Ordinal);
        using ExpressionClassifier one = ExpressionClassifier.Load(before);
        using ExpressionClassifier two = ExpressionClassifier.Load(after);
        ModelContract old = one.Contract;
        ModelContract contract = two.Contract;
        Assert.Equal((2, 0, 7), (contract.Version, contract.Heads![0].Offset, contract.Heads[1].Offset));
        Assert.Equal(["blend", LabelSets.Fer2013, LabelSets.FerPlus], contract.HeadNames);
        Assert.Equal(
            (old.Temperature, old.UncertainBelow, old.TrainingData),
            (contract.Heads[0].Temperature, contract.Heads[0].UncertainBelow, contract.Heads[0].TrainingData)
        );
        float[] shares = HeadCalibration.Shares(contract.Blend!.Weights, contract.Heads);
        Assert.Equal([0.5f, 0.5f], shares, (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Null(contract.Heads[0].VoteTemperature);
        Assert.NotNull(contract.Heads[1].VoteTemperature);
        Assert.StartsWith(
            "made.csv, split Training (392 images), FER+ votes",
            contract.Heads[1].TrainingData,
            StringComparison.Ordinal
        );
        Assert.Equal(old.Metrics["parameters"] + (7 * 9), contract.Metrics["parameters"]);
        Assert.Equal(old.Metrics["macs"] + (7 * 8), contract.Metrics["macs"]);
        Assert.DoesNotContain("publicTest.accuracy", contract.Metrics.Keys);

        // The first head has the same logits and figures to the last digit.
        FaceDataset validation = Data().Only(DatasetSplit.PublicTest);
        Assert.Equal(
            new ModelEvaluator(one).Predict(validation).Logits!,
            new ModelEvaluator(two, new ModelEvaluationOptions { Head = LabelSets.Fer2013 }).Predict(validation).Logits!
        );
        Check.All(contract.Heads[0].Metrics, m => Assert.Equal(old.Metrics[m.Key], m.Value));

        // The second is better on the votes than the first, and the figures in the contract are those of the library.
        HeadEvaluation first = Evaluate(two, LabelSets.Fer2013, LabelSets.FerPlus, validation);
        HeadEvaluation second = Evaluate(two, LabelSets.FerPlus, LabelSets.FerPlus, validation);
        Assert.True(second.Result.LogLoss < first.Result.LogLoss);
        Assert.Equal(contract.Heads[1].Metrics["publicTest.accuracy"], second.Result.Accuracy);
        Assert.Equal(contract.Heads[1].Metrics["publicTest.logLoss"], second.Result.LogLoss, 1e-5);
        foreach (string labels in LabelSets.Names)
        {
            HeadEvaluation blend = Evaluate(two, HeadBlend.Name, labels, validation);
            Assert.Equal(contract.Blend.Metrics[$"publicTest.{labels}.accuracy"], blend.Result.Accuracy);
            Assert.Equal(contract.Blend.Metrics[$"publicTest.{labels}.logLoss"], blend.Result.LogLoss, 1e-5);
        }

        Assert.Equal("features", contract.FeaturesName);

        // The class activation maps have a channel for each unit.
        Assert.NotNull(contract.Maps);
        Assert.Equal(ExplanationMethod.ClassActivationMap, two.Explain(new GrayImage(16, 16, new byte[256])).Method);
    }

    [Fact]
    public void Wrong_input_is_an_error_and_leaves_no_file()
    {
        string model = Export();
        string output = folder["out.onnx"];
        Fails(Lab.Run("add-head", model, "--data", run.Csv, "--output", output), "No FER+ votes are given");
        Fails(
            Lab.Run(
                "add-head",
                model,
                "--data",
                run.Csv,
                "--votes",
                folder.Write("few.csv", MadeData.Votes(1, 1)),
                "--output",
                output
            ),
            "votes are joined row by row"
        );
        Fails(AddHead(model, "--output", output, "--l2", "-1"), "--l2 is -1");
        Fails(AddHead(folder["none.onnx"], "--output", output), "there is no such model file");

        string both = folder["both.onnx"];
        Assert.Equal(ExitCodes.Done, AddHead(model, "--output", both).Code);
        Fails(AddHead(both, "--output", output), "the model has the heads fer2013, ferplus already");

        byte[] relu = new OnnxBuilder()
            .Input("image", -1, 1, 4, 4)
            .Weights("w", [16, 7], new float[16 * 7])
            .Node("Flatten", ["image"], "flat")
            .Node("MatMul", ["flat", "w"], "product")
            .Node("Relu", ["product"], "logits")
            .Output("logits", -1, 7)
            .Metadata(
                ModelContract.MetadataKey,
                new ModelContract
                {
                    Name = "relu",
                    Width = 4,
                    Height = 4,
                    Labels = Expressions.Names,
                }.ToJson()
            )
            .Build();
        string other = folder["relu.onnx"];
        File.WriteAllBytes(other, relu);
        Fails(AddHead(other, "--output", output), "the output 'logits' comes from Relu");

        void Fails(LabResult result, string expected)
        {
            Assert.NotEqual(ExitCodes.Done, result.Code);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(output));
        }
    }

    [Fact]
    public void Cancelling_leaves_no_file()
    {
        string model = Export();
        using var source = new CancellationTokenSource();
        source.Cancel();
        LabResult result = Lab.Run(
            source.Token,
            "add-head",
            model,
            "--data",
            run.Csv,
            "--votes",
            Votes(),
            "--output",
            folder["out.onnx"]
        );
        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.False(File.Exists(folder["out.onnx"]));
    }

    [Fact]
    public void Features_are_kept_and_used_again_and_continued_after_an_interruption()
    {
        string model = Export();
        string kept = folder["kept.features"];
        string first = folder["first.onnx"];
        Assert.Equal(ExitCodes.Done, AddHead(model, "--output", first, "--features", kept).Code);
        byte[] all = File.ReadAllBytes(kept);
        Assert.Equal(48 + (392 * 8 * 4), all.Length);

        // As an interruption leaves it: some rows, and a part of one.
        File.WriteAllBytes(kept, all[..(48 + (100 * 8 * 4) + 5)]);
        string second = folder["second.onnx"];
        Assert.Equal(ExitCodes.Done, AddHead(model, "--output", second, "--features", kept).Code);
        Assert.Equal(all, File.ReadAllBytes(kept));
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(ExitCodes.Done, AddHead(model, "--output", second).Code);
        Assert.False(File.Exists(second + ".features"));

        File.WriteAllText(kept, "something else");
        LabResult other = AddHead(model, "--output", folder["third.onnx"], "--features", kept);
        Assert.Equal(ExitCodes.Usage, other.Code);
        Assert.Contains("not the features of this model and these images", other.Error, StringComparison.Ordinal);
        Assert.Equal("something else", File.ReadAllText(kept));
    }

    private static HeadEvaluation Evaluate(
        ExpressionClassifier model,
        string head,
        string labels,
        FaceDataset images
    ) =>
        HeadEvaluation.Of(
            model.Contract.SelectHead(head),
            labels,
            new ModelEvaluator(model, new ModelEvaluationOptions { Head = head }).Predict(images),
            images
        );

    private LabResult AddHead(string model, params string[] options) =>
        Lab.Run(["add-head", model, "--data", run.Csv, "--votes", Votes(), .. options]);

    private string Votes() =>
        folder.Write("votes.csv", MadeData.Votes(TrainedRun.TrainingEach, TrainedRun.PublicTestEach));

    private FaceDataset Data() => FerPlusVotes.Read(Votes()).Join(DatasetReader.Read(run.Csv)).Dataset;

    private string Export(params string[] options)
    {
        string file = folder["one.onnx"];
        LabResult result = Lab.Run([
            "export",
            TrainedRun.Name,
            "--runs",
            run.Runs,
            "--output",
            file,
            "--quiet",
            .. options,
        ]);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        return file;
    }
}
