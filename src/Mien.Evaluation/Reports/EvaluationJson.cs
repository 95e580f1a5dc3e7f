using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mien.Data;

namespace Mien.Evaluation;

/// <summary>
/// The JSON form of a report. Users rely on its property names, so renaming one is a breaking change.
/// </summary>
internal sealed record EvaluationJson
{
    public required string Model { get; init; }

    public required string Data { get; init; }

    public required string Split { get; init; }

    public LabelSetKind LabelSet { get; init; }

    public VoteRule? VoteRule { get; init; }

    public string? Head { get; init; }

    public required TestTimeAugmentation Tta { get; init; }

    public double? Temperature { get; init; }

    public int Seed { get; init; }

    public required int Count { get; init; }

    public required int Correct { get; init; }

    public required double Accuracy { get; init; }

    public required Interval AccuracyInterval { get; init; }

    public int? Duplicates { get; init; }

    public double? AccuracyWithoutDuplicates { get; init; }

    public Interval? AccuracyWithoutDuplicatesInterval { get; init; }

    public required double MacroF1 { get; init; }

    public required double LogLoss { get; init; }

    public required double Ece { get; init; }

    public required double EceByChance { get; init; }

    public required double NeutralCalledSad { get; init; }

    public required Interval NeutralCalledSadInterval { get; init; }

    public required double SadCalledNeutral { get; init; }

    public required Interval SadCalledNeutralInterval { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public required Dictionary<string, ClassJson> PerClass { get; init; }

    public required int[][] Confusion { get; init; }

    public required IReadOnlyList<ReliabilityBin> Reliability { get; init; }

    public required RiskCoverage RiskCoverage { get; init; }

    public RiskCoveragePoint? Certain { get; init; }

    public IReadOnlyList<HeadResult>? Heads { get; init; }

    public IReadOnlyList<RobustnessCurve>? Robustness { get; init; }

    public ComparisonJson? Comparison { get; init; }

    public static EvaluationJson From(EvaluationReport report)
    {
        EvaluationResult result = report.Result;
        return new EvaluationJson
        {
            Model = report.Model,
            Data = report.Data,
            Split = report.Split,
            LabelSet = report.LabelSet,
            VoteRule = report.VoteRule,
            Head = report.Head,
            Tta = report.TestTimeAugmentation,
            Temperature = report.Temperature,
            Seed = report.Seed,
            Count = result.Count,
            Correct = result.Correct,
            Accuracy = result.Accuracy,
            AccuracyInterval = result.AccuracyInterval,
            Duplicates = result.Duplicates,
            AccuracyWithoutDuplicates = result.AccuracyWithoutDuplicates,
            AccuracyWithoutDuplicatesInterval = result.AccuracyWithoutDuplicatesInterval,
            MacroF1 = result.MacroF1,
            LogLoss = result.LogLoss,
            Ece = result.Ece,
            EceByChance = result.EceByChance,
            NeutralCalledSad = result.NeutralCalledSad,
            NeutralCalledSadInterval = result.NeutralCalledSadInterval,
            SadCalledNeutral = result.SadCalledNeutral,
            SadCalledNeutralInterval = result.SadCalledNeutralInterval,
            Labels = Expressions.Names,
            PerClass = result.PerClass.ToDictionary(
                c => c.Label,
                c => new ClassJson(c.Precision, c.Recall, c.F1, c.Support, c.Predicted)
            ),
            Confusion = result.Confusion.ToRows(),
            Reliability = result.Reliability,
            RiskCoverage = result.RiskCoverage,
            Certain = report.Certain,
            Heads = report.Heads,
            Robustness = report.Robustness,
            Comparison = report.Comparison is { } c ? ComparisonJson.From(c) : null,
        };
    }

    public EvaluationReport ToReport()
    {
        var confusion = new ConfusionMatrix([.. Confusion.SelectMany(row => row)]);
        if (confusion.Total != Count || confusion.Correct != Correct || Count < 1)
        {
            // The confusion matrix decides: per-class figures are computed from it, so it must match the counts.
            throw new JsonException(
                $"the confusion matrix holds {confusion.Total} images, {confusion.Correct} of them correct, but "
                    + $"count is {Count} and correct {Correct}"
            );
        }

        return new EvaluationReport
        {
            Model = Model,
            Data = Data,
            Split = Split,
            LabelSet = LabelSet,
            VoteRule = VoteRule,
            Head = Head,
            TestTimeAugmentation = Tta,
            Temperature = Temperature,
            Seed = Seed,
            Certain = Certain,
            Heads = Heads,
            Robustness = Robustness,
            Comparison = Comparison?.ToResult(),
            Result = new EvaluationResult
            {
                Count = Count,
                Correct = Correct,
                MacroF1 = MacroF1,
                LogLoss = LogLoss,
                Ece = Ece,
                EceByChance = EceByChance,
                Reliability = Reliability,
                PerClass = Metrics.PerClass(confusion),
                Confusion = confusion,
                RiskCoverage = RiskCoverage,
                Duplicates = Duplicates,
                AccuracyWithoutDuplicates = AccuracyWithoutDuplicates,
                AccuracyWithoutDuplicatesInterval = AccuracyWithoutDuplicatesInterval,
            },
        };
    }
}

/// <summary>The figures of one expression.</summary>
internal sealed record ClassJson(double Precision, double Recall, double F1, int Support, int Predicted);

/// <summary>A paired comparison.</summary>
internal sealed record ComparisonJson(
    string Model,
    string Other,
    int BothRight,
    int OnlyModelRight,
    int OnlyOtherRight,
    int BothWrong,
    double AccuracyDifference,
    double PValue,
    bool Exact
)
{
    public static ComparisonJson From(McNemarResult r) =>
        new(
            r.First,
            r.Second,
            r.BothRight,
            r.OnlyFirstRight,
            r.OnlySecondRight,
            r.BothWrong,
            r.AccuracyDifference,
            r.PValue,
            r.Exact
        );

    public McNemarResult ToResult() =>
        new()
        {
            First = Model,
            Second = Other,
            BothRight = BothRight,
            OnlyFirstRight = OnlyModelRight,
            OnlySecondRight = OnlyOtherRight,
            BothWrong = BothWrong,
            PValue = PValue,
            Exact = Exact,
        };
}

/// <summary>Reads and writes reports without reflection, as trimming requires.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(EvaluationJson))]
[JsonSerializable(typeof(DetectionJson))]
internal sealed partial class EvaluationJsonContext : JsonSerializerContext
{
    private static EvaluationJsonContext? readable;

    /// <summary>
    /// Options that do not escape non-ASCII letters, so that file names stay readable. Safe because the text goes to
    /// files and terminals, never into a web page.
    /// </summary>
    public static EvaluationJsonContext Readable =>
        readable ??= new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}
