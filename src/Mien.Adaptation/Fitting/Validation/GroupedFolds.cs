namespace Mien.Adaptation;

/// <summary>
/// Deals groups out to folds of about equal size and, as far as whole groups allow, with about equal shares of each
/// class (as scikit-learn's <c>StratifiedGroupKFold</c> does). Deterministic for a seed.
/// </summary>
internal static class GroupedFolds
{
    /// <summary>Assigns a fold to each face.</summary>
    /// <param name="targets">The class of each face.</param>
    /// <param name="groups">The group of each face, from 0.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="maxFolds">The maximum number of folds; fewer groups than that make one fold each.</param>
    /// <param name="seed">The seed of the order of groups of equal size.</param>
    /// <returns>The fold of each face, 0 to the number of folds − 1; no fold is empty.</returns>
    public static int[] Deal(ReadOnlySpan<int> targets, ReadOnlySpan<int> groups, int classes, int maxFolds, int seed)
    {
        int groupCount = 0;
        foreach (int group in groups)
        {
            groupCount = Math.Max(groupCount, group + 1);
        }

        int[] sizes = new int[groupCount];
        int[] counts = new int[groupCount * classes];
        double[] classTotal = new double[classes];
        for (int i = 0; i < groups.Length; i++)
        {
            sizes[groups[i]]++;
            counts[(groups[i] * classes) + targets[i]]++;
            classTotal[targets[i]]++;
        }

        // The large groups first, because the small ones can fill what is left. Groups of one face are dealt out class
        // by class, from rare to frequent, which gives each fold its share of the rare ones.
        int[] shuffled = [.. Enumerable.Range(0, groupCount)];
        new Random(seed).Shuffle(shuffled);
        int[] order = [.. shuffled.OrderByDescending(g => sizes[g]).ThenBy(g => classTotal[Rarest(g)]).ThenBy(Rarest)];
        int folds = Math.Min(maxFolds, groupCount);
        double[] foldSize = new double[folds];
        double[] foldClass = new double[folds * classes];
        int[] foldOf = new int[groupCount];
        foreach (int group in order)
        {
            int chosen = 0;
            double lowest = double.PositiveInfinity;
            for (int fold = 0; fold < folds; fold++)
            {
                double cost = sizes[group] * foldSize[fold] / groups.Length;
                for (int c = 0; c < classes; c++)
                {
                    int count = counts[(group * classes) + c];
                    cost += count == 0 ? 0 : count * foldClass[(fold * classes) + c] / classTotal[c];
                }

                if (cost < lowest - 1e-12 || (cost <= lowest + 1e-12 && foldSize[fold] < foldSize[chosen]))
                {
                    (lowest, chosen) = (cost, fold);
                }
            }

            foldOf[group] = chosen;
            foldSize[chosen] += sizes[group];
            for (int c = 0; c < classes; c++)
            {
                foldClass[(chosen * classes) + c] += counts[(group * classes) + c];
            }
        }

        int[] result = new int[groups.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = foldOf[groups[i]];
        }

        return result;

        int Rarest(int group)
        {
            int found = -1;
            for (int c = 0; c < classes; c++)
            {
                if (counts[(group * classes) + c] > 0 && (found < 0 || classTotal[c] < classTotal[found]))
                {
                    found = c;
                }
            }

            return found;
        }
    }
}
