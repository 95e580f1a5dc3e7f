using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>Computes an <see cref="AdaptationEstimate"/> from out-of-fold answers.</summary>
internal sealed class EstimateBuilder(AdaptationSamples samples, int[] groups, OutOfFold measured)
{
    private readonly int classes = samples.Labels.Count;
    private readonly int[] rows = measured.Rows;
    private readonly int[] rowGroups = [.. measured.Rows.Select(i => groups[i])];

    /// <summary>Computes the estimate.</summary>
    /// <param name="kind">How the faces were split.</param>
    /// <param name="foldOfAll">The fold of each face of the samples, for the baseline.</param>
    /// <param name="temperature">What the logits after are divided by.</param>
    public AdaptationEstimate Build(EstimateKind kind, int[] foldOfAll, double temperature)
    {
        float[] before = samples.HasBase ? BaseProbabilities() : ClassShares(foldOfAll);
        float[] after = LogitScores.Probabilities(measured.Logits, classes, temperature);
        AdaptationScore scoreBefore = Score(before, samples.HasBase && samples.HasNewClass);
        AdaptationScore scoreAfter = Score(after, false);
        Interval gain = GroupedIntervals.OfGain(Correct(before), Correct(after), rowGroups);
        var estimate = new AdaptationEstimate
        {
            Kind = kind,
            Folds = measured.Folds,
            Count = rows.Length,
            Groups = rowGroups.Distinct().Count(),
            AreGroupsKnown = samples.AreGroupsKnown,
            Baseline = samples.HasBase ? BaselineKind.BaseModel : BaselineKind.FrequentClass,
            Before = scoreBefore,
            After = scoreAfter,
            GainInterval = gain,
            LabelsToSettle = null,
            Positions = rows,
            FoldOf = measured.FoldOf,
            ProbabilitiesBefore = before,
            ProbabilitiesAfter = after,
        };
        return estimate with { LabelsToSettle = LabelsToSettle(estimate) };
    }

    /// <summary>
    /// The half width of the interval falls with the root of the number of labels, so that it equals the gain at count
    /// × (half width / gain)²; to two digits.
    /// </summary>
    private double? LabelsToSettle(AdaptationEstimate estimate)
    {
        if (estimate.HasNoGain || estimate.IsCertain)
        {
            return null;
        }

        double half = (estimate.GainInterval.High - estimate.GainInterval.Low) / 2;
        double labels = samples.Count * (half / estimate.Gain) * (half / estimate.Gain);
        double unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(labels)) - 1));
        return Math.Max(samples.Count + 1, Math.Ceiling(labels / unit) * unit);
    }

    /// <summary>The old answer as it is; a class without one has a probability of 0.</summary>
    private float[] BaseProbabilities()
    {
        double[] logits = new double[rows.Length * classes];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                logits[(i * classes) + c] =
                    samples.BaseColumns[c] < 0 ? double.NegativeInfinity : samples.Base(rows[i], c);
            }
        }

        return LogitScores.Probabilities(logits, classes);
    }

    /// <summary>The shares of the classes among the faces of the other folds.</summary>
    private float[] ClassShares(int[] foldOfAll)
    {
        float[] shares = new float[rows.Length * classes];
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> row = shares.AsSpan(i * classes, classes);
            int others = 0;
            for (int j = 0; j < foldOfAll.Length; j++)
            {
                if (foldOfAll[j] != foldOfAll[rows[i]])
                {
                    row[samples.Targets[j]]++;
                    others++;
                }
            }

            for (int c = 0; c < classes; c++)
            {
                row[c] /= others;
            }
        }

        return shares;
    }

    private AdaptationScore Score(float[] probabilities, bool hasImpossibleClass)
    {
        int[] confusion = new int[classes * classes];
        double loss = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int target = samples.Targets[rows[i]];
            ReadOnlySpan<float> row = probabilities.AsSpan(i * classes, classes);
            confusion[(target * classes) + Top(row)]++;
            loss -= Math.Log(Math.Max(row[target], Metrics.LogLossFloor)) / rows.Length;
        }

        int correct = Enumerable.Range(0, classes).Sum(c => confusion[(c * classes) + c]);
        return new AdaptationScore
        {
            Correct = correct,
            Accuracy = correct / (double)rows.Length,
            Interval = GroupedIntervals.OfShare(Correct(probabilities), rowGroups),
            LogLoss = hasImpossibleClass ? null : loss,
            Confusion = confusion,
            Classes = [.. samples.Labels.Select((label, c) => Class(label, c, confusion))],
        };
    }

    private AdaptationClassScore Class(string label, int c, int[] confusion)
    {
        int support = Enumerable.Range(0, classes).Sum(p => confusion[(c * classes) + p]);
        int predicted = Enumerable.Range(0, classes).Sum(t => confusion[(t * classes) + c]);
        int correct = confusion[(c * classes) + c];
        return new AdaptationClassScore(
            label,
            support,
            predicted,
            predicted == 0 ? 0 : correct / (double)predicted,
            support == 0 ? 0 : correct / (double)support
        );
    }

    private bool[] Correct(float[] probabilities) =>
        [.. rows.Select((row, i) => Top(probabilities.AsSpan(i * classes, classes)) == samples.Targets[row])];

    private static int Top(ReadOnlySpan<float> row)
    {
        int top = 0;
        for (int c = 1; c < row.Length; c++)
        {
            top = row[c] > row[top] ? c : top;
        }

        return top;
    }
}
