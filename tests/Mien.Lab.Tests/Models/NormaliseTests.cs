using System.Text.RegularExpressions;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab.Tests;

public sealed class NormaliseTests : IDisposable
{
    private const string Flags = "--quiet";

    private readonly TempFolder folder = new();
    private readonly string data;
    private readonly string model;

    public NormaliseTests()
    {
        // The images differ in brightness only, so a normalisation makes them alike.
        data = folder.Write(
            "made.csv",
            "emotion,pixels,Usage\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 4 * Expressions.Count)
                        .Select(i => (Expression)(i % Expressions.Count))
                        .Select(e => MadeCsv.Row(e, BrightnessModel.GrayOf(e), "PublicTest"))
                )
        );
        model = BrightnessModel.Write(folder["bright.onnx"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_named_kind_is_written_with_contract_calibration_and_metrics()
    {
        string file = folder["out/normalised.onnx"];
        LabResult result = Normalise("--normalisation", "meandeviation", "--deviation", "40", "--output", file);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using ExpressionClassifier before = ExpressionClassifier.Load(model);
        using ExpressionClassifier after = ExpressionClassifier.Load(file);
        Assert.Equal(
            new CropNormalisation
            {
                Kind = CropNormalisationKind.MeanDeviation,
                Mean = 129,
                Deviation = 40,
            },
            after.Contract.CropNormalisation
        );
        Assert.Equal(2, after.Contract.Version);
        Assert.Equal(
            (before.Contract.Name, before.Contract.TrainingData, before.Contract.InputName),
            (after.Contract.Name, after.Contract.TrainingData, after.Contract.InputName)
        );

        // Every crop has the same mean, so all are predicted as that level of brightness.
        FaceDataset validation = DatasetReader.Read(data).Only(DatasetSplit.PublicTest);
        EvaluationResult measured = Metrics.Compute(new ModelEvaluator(after).Predict(validation));
        Assert.Equal(1 / 7.0, measured.Accuracy, 9);
        Assert.Equal(measured.Accuracy, after.Contract.Metrics["publicTest.accuracy"]);
        Assert.Equal(measured.LogLoss, after.Contract.Metrics["publicTest.logLoss"], 9);
        Assert.Equal((float)measured.RiskCoverage.Chosen.Threshold, after.Contract.UncertainBelow);
        Assert.Matches(@"(?m)^│ none +│ +100\.00 % │ +\d", result.Out);
        Assert.Matches(@"(?m)^│ meanDeviation +│ +(14\.29 % │ +){4}85\.71 │", result.Out);
        Assert.DoesNotContain("percentiles ", result.Out, StringComparison.Ordinal);
        Assert.Matches(
            @"(?m)^.*normalised\.onnx: \d+\.\d kB, meanDeviation, temperature [\d.]+, uncertain below [01]\.\d\d, "
                + @"PublicTest 14\.29 %$",
            result.Out
        );
        Assert.Equal(["normalised.onnx"], Directory.GetFiles(folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void The_best_kind_is_none_where_all_others_cost_too_much()
    {
        string file = folder["best.onnx"];
        LabResult result = Normalise("-o", file);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains(
            "Best at a tenth of the brightness, at a cost of at most 0.2 points: none.\n",
            result.Out,
            StringComparison.Ordinal
        );
        Assert.Equal(3, Regex.Count(result.Out, "(?m)^│ (none|meanDeviation|percentiles) "));
        using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
        Assert.Null(classifier.Contract.CropNormalisation);
    }

    [Fact]
    public void Without_an_output_nothing_is_written()
    {
        string[] before = Directory.GetFiles(folder.Path);
        LabResult result = Normalise("--normalisation", "percentiles");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains(" on made.csv, PublicTest: 28 images\n", result.Out, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_model_with_several_heads_is_refused()
    {
        LabResult result = Lab.Run("normalise", "tiny", "--data", data, "--normalisation", "percentiles", Flags);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.StartsWith("error: tiny: the model has several heads", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2, "Percentiles")]
    [InlineData(0, "None")]
    [InlineData(30, "MeanDeviation")]
    public void The_best_kind_is_the_most_accurate_at_a_tenth_within_the_cost(double cost, string expected)
    {
        NormaliseRun.Measurement[] measured =
        [
            Measured(CropNormalisationKind.None, 700, 640, 190, 130),
            Measured(CropNormalisationKind.MeanDeviation, 600, 610, 690, 600),
            Measured(CropNormalisationKind.Percentiles, 698, 700, 650, 700),
        ];
        Assert.Equal(expected, NormaliseRun.Best(measured, cost).Kind.ToString());
    }

    [Fact]
    public void What_cannot_be_normalised_is_refused_with_a_reason_before_the_work()
    {
        AssertRefused(
            "its crop normalisation is to mean 129 and deviation 0, expected gray values",
            model,
            "--deviation",
            "0"
        );
        AssertRefused(
            "is between the percentiles 99 and 1, expected two ascending",
            model,
            "--low",
            "99",
            "--high",
            "1"
        );
        AssertRefused("--max-cost is -1, expected percentage points, 0 or more.", model, "--max-cost=-1");
        AssertRefused("there is no", folder["gone.onnx"]);
        string none = folder.Write("none.csv", MadeCsv.Of(1, 0));
        LabResult empty = Lab.Run("normalise", model, "--data", none, Flags);
        Assert.Equal(ExitCodes.Usage, empty.Code);
        Assert.Contains(
            "none.csv has no PublicTest images, which the measurement needs.",
            empty.Error,
            StringComparison.Ordinal
        );

        void AssertRefused(string message, string file, params string[] more)
        {
            LabResult result = Lab.Run(["normalise", file, "--data", data, Flags, .. more]);
            Assert.NotEqual(ExitCodes.Done, result.Code);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_interruption_keeps_the_existing_file()
    {
        string file = folder.Write("kept.onnx", "an older model");
        LabResult result = Lab.Run(
            new CancellationToken(canceled: true),
            "normalise",
            model,
            "--data",
            data,
            "--output",
            file
        );

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Equal("an older model", File.ReadAllText(file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    private static NormaliseRun.Measurement Measured(CropNormalisationKind kind, params int[] correct) =>
        new(
            new CropNormalisation { Kind = kind },
            new RobustnessCurve(
                Corruption.Darkness,
                [.. correct.Zip([1, 0.3, 0.1, 0.05], (c, s) => new RobustnessPoint(s, 1000, c))]
            )
        );

    private LabResult Normalise(params string[] more) => Lab.Run(["normalise", model, "--data", data, Flags, .. more]);
}
