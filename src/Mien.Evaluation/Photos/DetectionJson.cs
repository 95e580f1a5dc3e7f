namespace Mien.Evaluation;

/// <summary>
/// The JSON form of a <see cref="DetectionReport"/>. Users rely on its property names, so renaming one is a breaking
/// change.
/// </summary>
internal sealed record DetectionJson
{
    public required string Model { get; init; }

    public required string Data { get; init; }

    public required string Split { get; init; }

    public string? Head { get; init; }

    public required string Detector { get; init; }

    public required string Tiles { get; init; }

    public required string Angles { get; init; }

    public required double MinScore { get; init; }

    public required double MinOverlap { get; init; }

    public required int Photos { get; init; }

    public required int SkippedRows { get; init; }

    public required int Failed { get; init; }

    public required int Count { get; init; }

    public required int Correct { get; init; }

    public required double Accuracy { get; init; }

    public required Interval AccuracyInterval { get; init; }

    public required int Missed { get; init; }

    public required double MissedShare { get; init; }

    public required Interval MissedInterval { get; init; }

    public required int Found { get; init; }

    public double? AccuracyOfFound { get; init; }

    public Interval? AccuracyOfFoundInterval { get; init; }

    public double? MacroF1 { get; init; }

    public double? LogLoss { get; init; }

    public double? Ece { get; init; }

    public double? EceByChance { get; init; }

    public double? NeutralCalledSad { get; init; }

    public Interval? NeutralCalledSadInterval { get; init; }

    public double? SadCalledNeutral { get; init; }

    public Interval? SadCalledNeutralInterval { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public required Dictionary<string, DetectionClassJson> PerClass { get; init; }

    public required int[][] Confusion { get; init; }

    public required IReadOnlyList<PhotoErrorJson> Errors { get; init; }

    public static DetectionJson From(DetectionReport report)
    {
        DetectionResult result = report.Result;
        EvaluationResult? found = result.OfFound;
        EvaluationResult? known = result.HasNeutralAndSad ? found : null;
        return new DetectionJson
        {
            Model = report.Model,
            Data = report.Data,
            Split = report.Split,
            Head = report.Head,
            Detector = Name(report.Detector),
            Tiles = Name(report.Detection.Tiles),
            Angles = Name(report.Detection.Angles),
            MinScore = Plain(report.Detection.MinScore),
            MinOverlap = Plain(FaceChoice.MinOverlap),
            Photos = report.Photos,
            SkippedRows = report.SkippedRows,
            Failed = result.Failed,
            Count = result.Count,
            Correct = result.Correct,
            Accuracy = result.Accuracy,
            AccuracyInterval = result.AccuracyInterval,
            Missed = result.Missed,
            MissedShare = result.MissedShare,
            MissedInterval = result.MissedInterval,
            Found = result.Found,
            AccuracyOfFound = found?.Accuracy,
            AccuracyOfFoundInterval = found?.AccuracyInterval,
            MacroF1 = found?.MacroF1,
            LogLoss = found?.LogLoss,
            Ece = found?.Ece,
            EceByChance = found?.EceByChance,
            NeutralCalledSad = known?.NeutralCalledSad,
            NeutralCalledSadInterval = known?.NeutralCalledSadInterval,
            SadCalledNeutral = known?.SadCalledNeutral,
            SadCalledNeutralInterval = known?.SadCalledNeutralInterval,
            Labels = result.Confusion.Labels,
            PerClass = result.PerClass.ToDictionary(c => c.Label, DetectionClassJson.From),
            Confusion = result.Confusion.ToRows(),
            Errors = report.Errors,
        };
    }

    /// <summary>The name of an enum's value as users type it.</summary>
    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The double that is written with the float's digits: 0.3 and not 0.30000001192092896.</summary>
    private static double Plain(float value) => (double)(decimal)value;
}

/// <summary>The figures of one label.</summary>
internal sealed record DetectionClassJson(
    int Support,
    int Missed,
    int Found,
    int Predicted,
    double Accuracy,
    Interval AccuracyInterval,
    double AccuracyOfFound,
    Interval AccuracyOfFoundInterval,
    double Precision,
    double F1
)
{
    public static DetectionClassJson From(DetectionClassResult c) =>
        new(
            c.Support,
            c.Missed,
            c.Found,
            c.OfFound.Predicted,
            c.Accuracy,
            c.AccuracyInterval,
            c.AccuracyOfFound,
            c.AccuracyOfFoundInterval,
            c.OfFound.Precision,
            c.OfFound.F1
        );
}

/// <summary>A photo that could not be processed.</summary>
internal sealed record PhotoErrorJson(string Source, string Code, string Message);
