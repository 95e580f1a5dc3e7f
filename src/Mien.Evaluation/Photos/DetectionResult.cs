namespace Mien.Evaluation;

/// <summary>
/// The figures of a model on labelled photos, through face detection. Immutable. Photos that could not be processed are
/// counted and are in no other figure.
/// </summary>
internal sealed record DetectionResult
{
    /// <summary>The number of labelled faces in photos that could be processed; at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>The number of labelled faces in photos that could not be processed.</summary>
    public required int Failed { get; init; }

    /// <summary>The number of labelled faces that were not found.</summary>
    public required int Missed { get; init; }

    /// <summary>The number of labelled faces that were found and classified.</summary>
    public int Found => Count - Missed;

    /// <summary>The number of labelled faces that were classified correctly.</summary>
    public int Correct => OfFound?.Correct ?? 0;

    /// <summary>The share of the faces that were not found, 0..1.</summary>
    public double MissedShare => Missed / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="MissedShare"/>.</summary>
    public Interval MissedInterval => Interval.Wilson(Missed, Count);

    /// <summary>The share of all faces that were classified correctly, 0..1; a missed face is not correct.</summary>
    public double Accuracy => Correct / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Count);

    /// <summary>The figures of the faces that were found; <c>null</c> if none was.</summary>
    public required EvaluationResult? OfFound { get; init; }

    /// <summary>The seven expressions, in their order.</summary>
    public required IReadOnlyList<DetectionClassResult> PerClass { get; init; }

    /// <summary>Counts of the found faces by truth (rows) and prediction (columns).</summary>
    public required ConfusionMatrix Confusion { get; init; }

    /// <summary>Computes the figures.</summary>
    /// <param name="predictions">All labelled faces.</param>
    /// <param name="model">The model's contract; its labels are the seven expressions.</param>
    /// <exception cref="MienException">
    /// <c>noImages</c>: no photo could be processed; <c>otherLabels</c>: the model has other labels.
    /// </exception>
    public static DetectionResult Compute(IReadOnlyList<PhotoPrediction> predictions, ModelContract model)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        SevenLabels.Check(model);
        int failed = predictions.Count(p => p.IsFailed);
        if (failed == predictions.Count)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "noImages",
                $"none of the {failed} photos could be read, so there is nothing to evaluate. Check the data."
            );
        }

        PhotoPrediction[] found = [.. predictions.Where(p => p.Face is not null)];
        var classified = new Predictions(
            model.Name,
            [.. found.SelectMany(p => Probabilities(p.Face!))],
            [.. found.Select(p => (byte)p.Photo.Label)],
            [.. found.Select(p => p.Photo.Path)]
        );
        EvaluationResult? result = found.Length == 0 ? null : Metrics.Compute(classified);
        ConfusionMatrix confusion = Metrics.Confusion(classified);
        IReadOnlyList<ClassResult> ofFound = Metrics.PerClass(confusion);
        return new DetectionResult
        {
            Count = predictions.Count - failed,
            Failed = failed,
            Missed = predictions.Count(p => p.IsMissed),
            OfFound = result,
            Confusion = confusion,
            PerClass =
            [
                .. ofFound.Select(c => new DetectionClassResult(
                    c,
                    predictions.Count(p => p.IsMissed && p.Photo.Label == c.Expression),
                    confusion[c.Expression, c.Expression]
                )),
            ],
        };
    }

    /// <summary>The probabilities of a face in the order of <see cref="Expression"/>.</summary>
    public static IEnumerable<float> Probabilities(RecognizedFace face) =>
        Enum.GetValues<Expression>().Select(e => face.LabelScores[e]);
}
