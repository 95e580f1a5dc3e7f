namespace Mien.Adaptation;

/// <summary>
/// Nested cross-validation over groups: in each fold the other folds choose the pull, so that the measured faces take
/// no part in the choice (Varma and Simon, BMC Bioinformatics 7, 2006). The inner folds of a fold are the other folds;
/// the fit without the folds f and g serves both as inner fit of f that is measured on g and the other way round, so
/// that K folds need K(K − 1)/2 + K fits per pull.
/// </summary>
internal sealed class NestedValidation(AdaptationSamples samples, AdaptationFitOptions options, int[] groups)
{
    private readonly int classes = samples.Labels.Count;

    /// <summary>Measures.</summary>
    /// <param name="pulls">The pulls to choose from.</param>
    /// <param name="fallback">The pull where too few folds are left to choose.</param>
    /// <param name="foldOf">The fold of each face.</param>
    /// <param name="steps">Counts the fits.</param>
    /// <param name="cancellationToken">Cancels between two evaluations of the loss.</param>
    public OutOfFold Run(
        IReadOnlyList<Pull> pulls,
        Pull fallback,
        int[] foldOf,
        FitProgress steps,
        CancellationToken cancellationToken
    )
    {
        int folds = foldOf.Max() + 1;
        bool canChoose = folds >= 3 && pulls.Count > 1;
        IReadOnlyList<Pull> used =
            canChoose ? pulls
            : pulls.Count == 1 ? pulls
            : [fallback];
        List<(int First, int Second)> pairs = Pairs(folds, canChoose);
        steps.Expect((pairs.Count * used.Count) + 1);

        // outer[f][p]: logits of the faces of fold f by the fit without f. inner[f][p][i]: the loss of face i, of
        // another fold g, by the fit without f and g.
        int[][] rowsOf = [.. Enumerable.Range(0, folds).Select(f => Positions(i => foldOf[i] == f))];
        var outer = new double[folds][][];
        double[][][] inner =
        [
            .. Enumerable.Range(0, folds).Select(_ => used.Select(_ => new double[samples.Count]).ToArray()),
        ];
        double[][] losses = [.. used.Select(_ => new double[samples.Count])];
        var threads = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Threads > 0 ? options.Threads : -1,
            CancellationToken = cancellationToken,
        };
        Parallel.For(
            0,
            pairs.Count,
            threads,
            n =>
            {
                (int first, int second) = pairs[n];
                int[] train = Positions(i => foldOf[i] != first && foldOf[i] != second);
                FittedLayer[] layers = LayerFit.Fit(samples, train, used, 1, steps.Finish, cancellationToken);
                if (first == second)
                {
                    outer[first] = [.. layers.Select(l => l.Logits(samples, rowsOf[first]))];
                    return;
                }

                for (int p = 0; p < layers.Length; p++)
                {
                    AddLosses(layers[p], rowsOf[first], inner[second][p]);
                    AddLosses(layers[p], rowsOf[second], inner[first][p]);
                }
            }
        );

        double[] logits = new double[samples.Count * classes];
        for (int fold = 0; fold < folds; fold++)
        {
            int[] rows = rowsOf[fold];
            int chosen = canChoose
                ? PullChoice.Choose(used, inner[fold], groups, Positions(i => foldOf[i] != fold), options.PullTolerance)
                : 0;
            for (int i = 0; i < rows.Length; i++)
            {
                outer[fold][chosen].AsSpan(i * classes, classes).CopyTo(logits.AsSpan(rows[i] * classes));
                for (int p = 0; p < used.Count; p++)
                {
                    losses[p][rows[i]] = LogitScores.Loss(
                        outer[fold][p].AsSpan(i * classes, classes),
                        samples.Targets[rows[i]]
                    );
                }
            }
        }

        int[] all = Positions(_ => true);
        int final = canChoose ? PullChoice.Choose(used, losses, groups, all, options.PullTolerance) : 0;
        return new OutOfFold(all, foldOf, folds, logits, used[final]);
    }

    // Single folds first: they are the larger fits.
    private static List<(int First, int Second)> Pairs(int folds, bool nested)
    {
        List<(int First, int Second)> pairs = [.. Enumerable.Range(0, folds).Select(f => (f, f))];
        for (int f = 0; nested && f < folds; f++)
        {
            for (int g = f + 1; g < folds; g++)
            {
                pairs.Add((f, g));
            }
        }

        return pairs;
    }

    private void AddLosses(FittedLayer layer, int[] rows, double[] losses)
    {
        double[] logits = layer.Logits(samples, rows);
        for (int i = 0; i < rows.Length; i++)
        {
            losses[rows[i]] = LogitScores.Loss(logits.AsSpan(i * classes, classes), samples.Targets[rows[i]]);
        }
    }

    private int[] Positions(Func<int, bool> condition) => [.. Enumerable.Range(0, samples.Count).Where(condition)];
}
