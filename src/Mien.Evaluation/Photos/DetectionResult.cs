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

    /// <summary>One result per label, in the order of the seven expressions or of the model's own labels.</summary>
    public required IReadOnlyList<DetectionClassResult> PerClass { get; init; }

    /// <summary>Counts of the found faces by truth (rows) and prediction (columns).</summary>
    public required ConfusionMatrix Confusion { get; init; }

    /// <summary>Whether the labels neutral and sadness exist, which are often confused.</summary>
    public bool HasNeutralAndSad =>
        Confusion.Labels.Contains(Expression.Neutral.Name()) && Confusion.Labels.Contains(Expression.Sadness.Name());

    /// <summary>Computes the figures.</summary>
    /// <param name="predictions">All labelled faces.</param>
    /// <param name="model">The model's contract; the photos have its labels.</param>
    /// <exception cref="MienException">
    /// <c>noImages</c>: no photo could be processed; <c>otherLabels</c>: the model has more than 256 labels.
    /// </exception>
    public static DetectionResult Compute(IReadOnlyList<PhotoPrediction> predictions, ModelContract model)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        IReadOnlyList<string> names = NamesOf(model);
        if (names.Count > byte.MaxValue + 1)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "otherLabels",
                $"The model '{model.Name}' has {names.Count} labels; at most {byte.MaxValue + 1} can be evaluated."
            );
        }

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
            [.. found.SelectMany(p => Probabilities(p.Face!, names))],
            [.. found.Select(p => (byte)IndexOf(names, p.Photo.Label))],
            [.. found.Select(p => p.Photo.Path)],
            names: names
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
                .. ofFound.Select(
                    (c, i) =>
                        new DetectionClassResult(
                            c,
                            predictions.Count(p => p.IsMissed && p.Photo.Label == c.Label),
                            confusion[i, i]
                        )
                ),
            ],
        };
    }

    /// <summary>The names that a model's labels have in the figures, in their order.</summary>
    /// <returns>The seven expressions if these are its labels, in any order; otherwise its own labels.</returns>
    public static IReadOnlyList<string> NamesOf(ModelContract model) =>
        model.Labels.Count == Expressions.Count && model.Labels.All(l => Expressions.TryParse(l, out _))
            ? Expressions.Names
            : model.Labels;

    /// <summary>The probabilities of a face in the order of <see cref="NamesOf"/>.</summary>
    public static IEnumerable<float> Probabilities(RecognizedFace face, IReadOnlyList<string> names) =>
        ReferenceEquals(names, Expressions.Names)
            ? Enum.GetValues<Expression>().Select(e => face.LabelScores[e])
            : names.Select(n => face.LabelScores[n]);

    private static int IndexOf(IReadOnlyList<string> names, string label)
    {
        int index = 0;
        while (names[index] != label)
        {
            index++;
        }

        return index;
    }
}
