namespace Mien.Adaptation;

/// <summary>
/// For many faces: a fifth of the groups is held out; it chooses the pull and is measured. With over a thousand
/// measured faces and half a dozen pulls, the choice flatters the number by less than its rounding.
/// </summary>
internal static class HeldOutValidation
{
    /// <summary>The held-out share is one of this many folds.</summary>
    public const int Folds = 5;

    /// <summary>Measures.</summary>
    /// <param name="samples">The faces.</param>
    /// <param name="pulls">The pulls to choose from.</param>
    /// <param name="foldOf">The fold of each face; fold 0 is held out.</param>
    /// <param name="groups">The group of each face.</param>
    /// <param name="options">The options.</param>
    /// <param name="steps">Counts the fits.</param>
    /// <param name="cancellationToken">Cancels between two evaluations of the loss.</param>
    public static OutOfFold Run(
        AdaptationSamples samples,
        IReadOnlyList<Pull> pulls,
        int[] foldOf,
        int[] groups,
        AdaptationFitOptions options,
        FitProgress steps,
        CancellationToken cancellationToken
    )
    {
        steps.Expect(pulls.Count + 1);
        int classes = samples.Labels.Count;
        int[] train = [.. Enumerable.Range(0, samples.Count).Where(i => foldOf[i] != 0)];
        int[] held = [.. Enumerable.Range(0, samples.Count).Where(i => foldOf[i] == 0)];
        FittedLayer[] layers = LayerFit.Fit(
            samples,
            train,
            pulls,
            options.Threads > 0 ? options.Threads : -1,
            steps.Finish,
            cancellationToken
        );
        double[][] logits = [.. layers.Select(l => l.Logits(samples, held))];
        double[][] losses = [.. logits.Select(_ => new double[samples.Count])];
        for (int p = 0; p < losses.Length; p++)
        {
            for (int i = 0; i < held.Length; i++)
            {
                losses[p][held[i]] = LogitScores.Loss(logits[p].AsSpan(i * classes, classes), samples.Targets[held[i]]);
            }
        }

        int chosen = PullChoice.Choose(pulls, losses, groups, held, options.PullTolerance);
        return new OutOfFold(held, new int[held.Length], 1, logits[chosen], pulls[chosen]);
    }
}
