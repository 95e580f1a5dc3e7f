namespace Mien.Adaptation;

/// <summary>Groups of faces that stay on one side of every split.</summary>
internal static class SampleGroups
{
    /// <summary>
    /// The largest difference of a feature, relative to the largest value in its row, between two runs of a network on
    /// the same picture; the order of its sums may depend on the batch.
    /// </summary>
    private const float Rounding = 1e-4f;

    /// <summary>
    /// Joins the groups of faces whose features are identical, because they are the same picture, and numbers the
    /// groups from 0 by their first face.
    /// </summary>
    public static int[] Merge(AdaptationSamples samples)
    {
        int width = samples.FeatureCount;
        int[] root = [.. Enumerable.Range(0, samples.Count)];
        var firstOf = new Dictionary<int, int>();
        for (int i = 0; i < samples.Count; i++)
        {
            if (!firstOf.TryAdd(samples.Groups[i], i))
            {
                Join(root, firstOf[samples.Groups[i]], i);
            }
        }

        // Identical rows have nearly equal sums: only rows that are near in the order of the sums are compared.
        double[] sums = new double[samples.Count];
        float[] largest = new float[samples.Count];
        for (int i = 0; i < samples.Count; i++)
        {
            for (int f = 0; f < width; f++)
            {
                float value = samples.Features[(i * width) + f];
                sums[i] += value * (1 + (f % 7));
                largest[i] = Math.Max(largest[i], Math.Abs(value));
            }
        }

        int[] order = [.. Enumerable.Range(0, samples.Count).OrderBy(i => sums[i]).ThenBy(i => i)];
        for (int a = 0; a < order.Length; a++)
        {
            float tolerance = Rounding * largest[order[a]];
            for (int b = a + 1; b < order.Length && sums[order[b]] - sums[order[a]] <= tolerance * width; b++)
            {
                if (Equal(Row(order[a]), Row(order[b]), tolerance))
                {
                    Join(root, order[a], order[b]);
                }
            }
        }

        var numbers = new Dictionary<int, int>();
        int[] groups = new int[samples.Count];
        for (int i = 0; i < groups.Length; i++)
        {
            int found = Find(root, i);
            numbers.TryAdd(found, numbers.Count);
            groups[i] = numbers[found];
        }

        return groups;

        ReadOnlySpan<float> Row(int i) => samples.Features.AsSpan(i * width, width);
    }

    private static bool Equal(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float tolerance)
    {
        for (int f = 0; f < a.Length; f++)
        {
            if (Math.Abs(a[f] - b[f]) > tolerance)
            {
                return false;
            }
        }

        return true;
    }

    private static int Find(int[] root, int i)
    {
        while (root[i] != i)
        {
            root[i] = root[root[i]];
            i = root[i];
        }

        return i;
    }

    private static void Join(int[] root, int a, int b)
    {
        int first = Find(root, a);
        int second = Find(root, b);
        root[Math.Max(first, second)] = Math.Min(first, second);
    }
}
