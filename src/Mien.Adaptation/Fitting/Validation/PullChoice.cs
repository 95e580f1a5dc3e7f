namespace Mien.Adaptation;

/// <summary>Chooses among pulls by their out-of-fold log losses.</summary>
internal static class PullChoice
{
    /// <summary>
    /// Chooses the pull with the lowest mean loss; but the old answer stays unchanged if its mean loss is at most
    /// <paramref name="tolerance"/> standard errors of the paired difference over the lowest (after the
    /// one-standard-error rule of Breiman et al., Classification and Regression Trees, 1984).
    /// </summary>
    /// <param name="pulls">The pulls, from the strongest to the weakest.</param>
    /// <param name="losses">For each pull the loss of each face.</param>
    /// <param name="groups">The group of each face.</param>
    /// <param name="rows">The faces that count.</param>
    /// <param name="tolerance">The number of standard errors; 0 chooses the lowest mean loss.</param>
    /// <returns>The position of the pull.</returns>
    public static int Choose(
        IReadOnlyList<Pull> pulls,
        IReadOnlyList<double[]> losses,
        ReadOnlySpan<int> groups,
        ReadOnlySpan<int> rows,
        double tolerance
    )
    {
        int best = 0;
        double lowest = double.PositiveInfinity;
        for (int p = 0; p < losses.Count; p++)
        {
            double sum = 0;
            foreach (int i in rows)
            {
                sum += losses[p][i];
            }

            if (sum < lowest)
            {
                (lowest, best) = (sum, p);
            }
        }

        if (pulls[0].Kind != PullKind.Unchanged || best == 0)
        {
            return best;
        }

        double[] differences = new double[rows.Length];
        int[] groupOf = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            differences[i] = losses[0][rows[i]] - losses[best][rows[i]];
            groupOf[i] = groups[rows[i]];
        }

        GroupedMean mean = GroupedMean.Of(differences, groupOf);
        return mean.Mean <= tolerance * mean.StandardError ? 0 : best;
    }
}
