namespace Mien.Adaptation;

/// <summary>Chooses among pulls by their out-of-fold log losses.</summary>
internal static class PullChoice
{
    /// <summary>
    /// Chooses the strongest pull whose mean loss is at most <paramref name="tolerance"/> standard errors of the paired
    /// difference over the lowest mean loss (after the one-standard-error rule of Breiman et al., 1984).
    /// </summary>
    /// <param name="losses">For each pull, from the strongest to the weakest, the loss of each face.</param>
    /// <param name="groups">The group of each face.</param>
    /// <param name="rows">The faces that count.</param>
    /// <param name="tolerance">The number of standard errors; 0 chooses the lowest mean loss.</param>
    /// <returns>The position of the pull.</returns>
    public static int Choose(
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

        for (int p = 0; p < best; p++)
        {
            double[] differences = new double[rows.Length];
            int[] groupOf = new int[rows.Length];
            for (int i = 0; i < rows.Length; i++)
            {
                differences[i] = losses[p][rows[i]] - losses[best][rows[i]];
                groupOf[i] = groups[rows[i]];
            }

            GroupedMean mean = GroupedMean.Of(differences, groupOf);
            if (mean.Mean <= tolerance * mean.StandardError)
            {
                return p;
            }
        }

        return best;
    }
}
