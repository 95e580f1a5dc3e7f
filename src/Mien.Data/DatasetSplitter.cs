using System.Globalization;

namespace Mien.Data;

/// <summary>Splits a data set in another way than its files do. Thread-safe.</summary>
internal static class DatasetSplitter
{
    /// <summary>
    /// Splits all images at random, like papers with an 80:10:10 split: stratified by label, and with exact duplicates
    /// kept in one split, so that none is both trained on and tested. A group of duplicates with several labels counts
    /// under its most frequent label (on a tie, the first of <see cref="Expression"/>). The same data, seed and shares
    /// give the same split on every machine (generator: SplitMix64). Results on such a split cannot be compared with
    /// results on the official one.
    /// </summary>
    /// <param name="dataset">The images; their own splits are ignored.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="training">The share of the images for <see cref="DatasetSplit.Training"/>, 0 to 1.</param>
    /// <param name="publicTest">The share for <see cref="DatasetSplit.PublicTest"/>.</param>
    /// <param name="privateTest">The share for <see cref="DatasetSplit.PrivateTest"/>; the three sum to 1.</param>
    /// <returns>
    /// The same images in the same order with new splits. Within each label the shares are exact to within the size of
    /// the largest group of duplicates.
    /// </returns>
    /// <exception cref="ArgumentException">A share is not a number from 0 to 1, or they do not sum to 1.</exception>
    public static FaceDataset Random(
        FaceDataset dataset,
        ulong seed,
        double training = 0.8,
        double publicTest = 0.1,
        double privateTest = 0.1
    )
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (
            !(training >= 0 && publicTest >= 0 && privateTest >= 0)
            || !(Math.Abs(training + publicTest + privateTest - 1) < 1e-6)
        )
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The shares {training}, {publicTest} and {privateTest} must be 0 or more and sum to 1."
                )
            );
        }

        var splits = new DatasetSplit[dataset.Count];
        var random = new SplitMix64(seed);
        foreach (List<List<int>> groups in GroupsByLabel(dataset))
        {
            List<int>[] shuffled = [.. groups];
            random.Shuffle<List<int>>(shuffled);
            double total = shuffled.Sum(g => g.Count);
            int before = 0;
            foreach (List<int> group in shuffled)
            {
                // The middle of the group's range decides, so that large groups do not bias the shares.
                double place = (before + (group.Count / 2.0)) / total;
                DatasetSplit split =
                    place < training ? DatasetSplit.Training
                    : place < training + publicTest || privateTest == 0 ? DatasetSplit.PublicTest
                    : DatasetSplit.PrivateTest;
                group.ForEach(i => splits[i] = split);
                before += group.Count;
            }
        }

        return dataset.WithSplits(splits);
    }

    /// <summary>The groups of exact duplicates by label, in the order of their first image.</summary>
    private static List<List<int>>[] GroupsByLabel(FaceDataset dataset)
    {
        int[] first = IdenticalImages.FirstOf(dataset);
        var groups = new Dictionary<int, List<int>>();
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i] == i)
            {
                groups[i] = [];
            }

            groups[first[i]].Add(i);
        }

        List<List<int>>[] byLabel = [.. Enumerable.Range(0, Expressions.Count).Select(_ => new List<List<int>>())];
        foreach (List<int> group in groups.OrderBy(g => g.Key).Select(g => g.Value))
        {
            int label = group
                .CountBy(i => dataset.Labels[i])
                .OrderByDescending(c => c.Value)
                .ThenBy(c => c.Key)
                .First()
                .Key;
            byLabel[label].Add(group);
        }

        return byLabel;
    }
}
