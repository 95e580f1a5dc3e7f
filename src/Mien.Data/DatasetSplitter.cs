using System.Globalization;

namespace Mien.Data;

/// <summary>Divides a data set otherwise than its files do. Thread-safe.</summary>
internal static class DatasetSplitter
{
    /// <summary>
    /// Divides all images at random, as papers with an 80:10:10 split do it: stratified by label, and with images that
    /// are equal pixel for pixel kept in one split, so that none is both learned and tested. A group of equal images
    /// with several labels goes with the label most of them have (of equally many, the first of
    /// <see cref="Expression"/>). The same data, seed and shares give the same split on every machine (generator:
    /// SplitMix64). Results on such a split cannot be compared with results on the official one.
    /// </summary>
    /// <param name="dataset">The images; their own splits do not matter.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="training">The share of the images for <see cref="DatasetSplit.Training"/>, 0 to 1.</param>
    /// <param name="publicTest">The share for <see cref="DatasetSplit.PublicTest"/>.</param>
    /// <param name="privateTest">The share for <see cref="DatasetSplit.PrivateTest"/>; the three sum to 1.</param>
    /// <returns>
    /// The same images in the same order with other splits. Within each label the shares are met to within the size of
    /// the largest group of equal images.
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
                // The middle of the group's stretch decides.
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

    /// <summary>For each label its groups of equal images, in the order in which their first image stands.</summary>
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
