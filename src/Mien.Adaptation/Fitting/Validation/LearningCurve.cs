namespace Mien.Adaptation;

/// <summary>
/// How the accuracy on other groups grows with the number of labels: fits on random parts of the groups outside each
/// fold.
/// </summary>
internal sealed class LearningCurve(AdaptationSamples samples, AdaptationFitOptions options, int[] groups)
{
    /// <summary>The number of draws per point.</summary>
    private const int Draws = 3;

    /// <summary>The numbers of groups of the points.</summary>
    private static readonly int[] Sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

    /// <summary>Computes the curve without its last point, which is the estimate itself.</summary>
    /// <param name="foldOf">The fold of each face.</param>
    /// <param name="folds">The number of folds that are measured.</param>
    /// <param name="pull">The pull that was chosen.</param>
    /// <param name="steps">Counts the fits.</param>
    /// <param name="cancellationToken">Cancels between two evaluations of the loss.</param>
    public IReadOnlyList<LearningCurvePoint> Run(
        int[] foldOf,
        int folds,
        Pull pull,
        FitProgress steps,
        CancellationToken cancellationToken
    )
    {
        int[][] held = [.. Enumerable.Range(0, folds).Select(f => Positions(i => foldOf[i] == f))];
        int smallest = Enumerable
            .Range(0, folds)
            .Min(f => Positions(i => foldOf[i] != f).Select(i => groups[i]).Distinct().Count());
        int[] sizes = [.. Sizes.Where(s => s < smallest)];
        steps.Expect(sizes.Length * Draws * folds);
        int[,] correct = new int[sizes.Length * Draws, folds];
        int[,] labels = new int[sizes.Length * Draws, folds];
        var threads = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Threads > 0 ? options.Threads : -1,
            CancellationToken = cancellationToken,
        };
        Parallel.For(
            0,
            Draws * folds,
            threads,
            n =>
            {
                (int draw, int fold) = (n / folds, n % folds);
                int[] order = [.. Positions(i => foldOf[i] != fold).Select(i => groups[i]).Distinct()];
                new Random(options.Seed + 1 + n).Shuffle(order);
                for (int s = 0; s < sizes.Length; s++)
                {
                    HashSet<int> drawn = [.. order.Take(sizes[s])];
                    int[] train = Positions(i => drawn.Contains(groups[i]));
                    FittedLayer layer = LayerFit.Fit(
                        samples,
                        train,
                        [For(pull, train.Length)],
                        1,
                        steps.Finish,
                        cancellationToken
                    )[0];
                    labels[(s * Draws) + draw, fold] = train.Length;
                    correct[(s * Draws) + draw, fold] = Correct(layer, held[fold]);
                }
            }
        );

        int measured = held.Sum(h => h.Length);
        var points = new List<LearningCurvePoint>();
        for (int s = 0; s < sizes.Length; s++)
        {
            double[] accuracies =
            [
                .. Enumerable
                    .Range(s * Draws, Draws)
                    .Select(d => Enumerable.Range(0, folds).Sum(f => correct[d, f]) / (double)measured),
            ];
            double mean = accuracies.Average();
            double count = Enumerable
                .Range(s * Draws, Draws)
                .Average(d => Enumerable.Range(0, folds).Average(f => labels[d, f]));
            if (count >= AdaptationFit.MinLabels)
            {
                double squares = accuracies.Sum(a => (a - mean) * (a - mean));
                points.Add(new LearningCurvePoint(count, mean, Math.Sqrt(squares / (Draws - 1)), Draws));
            }
        }

        return points;
    }

    /// <summary>
    /// What would be fitted to fewer labels: a layer only from the number on from which it is considered.
    /// </summary>
    private Pull For(Pull pull, int count) =>
        pull.Kind == PullKind.Unchanged ? new Pull(PullKind.BiasAndScale)
        : pull.Kind == PullKind.Layer && samples.HasBase && count < options.MinForLayer
            ? new Pull(PullKind.BiasAndScale, 0, pull.NewClassL2)
        : pull;

    private int Correct(FittedLayer layer, int[] rows)
    {
        int classes = samples.Labels.Count;
        double[] logits = layer.Logits(samples, rows);
        return rows.Where((row, i) => LogitScores.Top(logits.AsSpan(i * classes, classes)) == samples.Targets[row])
            .Count();
    }

    private int[] Positions(Func<int, bool> condition) => [.. Enumerable.Range(0, samples.Count).Where(condition)];
}
