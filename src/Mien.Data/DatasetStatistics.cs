namespace Mien.Data;

/// <summary>
/// Statistics of a data set before training: images per class and split, exact duplicates, images without content.
/// Immutable and thread-safe.
/// </summary>
internal sealed class DatasetStatistics
{
    /// <summary>
    /// An image has no content if its brightest and its darkest pixel differ by less than this many of 255 gray values.
    /// It is a plain area: no face is visible on any screen.
    /// </summary>
    public const int ContentRange = 8;

    private const int SplitCount = 3;

    private readonly int[,] images = new int[SplitCount, Expressions.Count];
    private readonly int[,] alsoIn = new int[SplitCount, SplitCount];
    private readonly int[] distinct = new int[SplitCount];
    private readonly int[] empty = new int[SplitCount];

    private DatasetStatistics(FaceDataset dataset)
    {
        Count = dataset.Count;
        Width = dataset.Width;
        Height = dataset.Height;
        HasVotes = dataset.VoteDistributions is not null;
        var withoutContent = new List<int>();
        for (int i = 0; i < dataset.Count; i++)
        {
            int split = (int)dataset.Splits[i];
            images[split, dataset.Labels[i]]++;
            if (!HasContent(dataset.Image(i)))
            {
                withoutContent.Add(i);
                empty[split]++;
            }
        }

        IndicesWithoutContent = withoutContent;
        CountDuplicates(dataset);
    }

    /// <summary>The number of images.</summary>
    public int Count { get; }

    /// <summary>Width of every image in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of every image in pixels.</summary>
    public int Height { get; }

    /// <summary>Whether the data set has FER+ votes.</summary>
    public bool HasVotes { get; }

    /// <summary>The number of distinct images over all splits; exact duplicates count once.</summary>
    public int DistinctImages { get; private set; }

    /// <summary>The number of groups of two or more exact duplicates, over all splits.</summary>
    public int DuplicateGroups { get; private set; }

    /// <summary>The number of groups of exact duplicates with more than one label.</summary>
    public int DuplicateGroupsWithSeveralLabels { get; private set; }

    /// <summary>The ascending indices of the images without content (see <see cref="ContentRange"/>).</summary>
    public IReadOnlyList<int> IndicesWithoutContent { get; }

    /// <summary>Computes the statistics; takes well under a second for FER2013.</summary>
    /// <param name="dataset">The images.</param>
    /// <returns>The statistics.</returns>
    public static DatasetStatistics Compute(FaceDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new DatasetStatistics(dataset);
    }

    /// <summary>The number of images of a split.</summary>
    /// <param name="split">The split.</param>
    /// <returns>0 or more.</returns>
    public int Images(DatasetSplit split) => Enumerable.Range(0, Expressions.Count).Sum(e => images[(int)split, e]);

    /// <summary>The number of images of a label in a split.</summary>
    /// <param name="split">The split.</param>
    /// <param name="expression">The label.</param>
    /// <returns>0 or more.</returns>
    public int Images(DatasetSplit split, Expression expression) => images[(int)split, (int)expression];

    /// <summary>The number of images of a label in all splits.</summary>
    /// <param name="expression">The label.</param>
    /// <returns>0 or more.</returns>
    public int Images(Expression expression) => Enumerable.Range(0, SplitCount).Sum(s => images[s, (int)expression]);

    /// <summary>
    /// The number of images of a split that are exact duplicates of an earlier image of the same split.
    /// </summary>
    /// <param name="split">The split.</param>
    /// <returns>The number of images of the split minus the number of distinct ones.</returns>
    public int DuplicatesWithin(DatasetSplit split) => Images(split) - distinct[(int)split];

    /// <summary>
    /// The number of images of a split that have an exact duplicate in another split; see <see
    /// cref="FaceDataset.IndicesAlsoIn"/>.
    /// </summary>
    /// <param name="split">The split whose images are counted.</param>
    /// <param name="other">Another split.</param>
    /// <returns>0 or more; for a split and itself, the number of its images.</returns>
    public int AlsoIn(DatasetSplit split, DatasetSplit other) => alsoIn[(int)split, (int)other];

    /// <summary>The number of images of a split without content (see <see cref="ContentRange"/>).</summary>
    /// <param name="split">The split.</param>
    /// <returns>0 or more.</returns>
    public int WithoutContent(DatasetSplit split) => empty[(int)split];

    private static bool HasContent(ReadOnlySpan<byte> image)
    {
        byte min = 255;
        byte max = 0;
        foreach (byte pixel in image)
        {
            min = Math.Min(min, pixel);
            max = Math.Max(max, pixel);
            if (max - min >= ContentRange)
            {
                return true;
            }
        }

        return false;
    }

    private void CountDuplicates(FaceDataset dataset)
    {
        int[] first = IdenticalImages.FirstOf(dataset);

        // For the first image of each group: the number of its duplicates in each split, and their labels (one bit per
        // label).
        int[,] counts = new int[first.Length, SplitCount];
        byte[] labels = new byte[first.Length];
        for (int i = 0; i < first.Length; i++)
        {
            counts[first[i], (int)dataset.Splits[i]]++;
            labels[first[i]] |= (byte)(1 << dataset.Labels[i]);
        }

        for (int i = 0; i < first.Length; i++)
        {
            int total = 0;
            for (int split = 0; split < SplitCount; split++)
            {
                total += counts[i, split];
                distinct[split] += counts[i, split] > 0 ? 1 : 0;
                for (int other = 0; other < SplitCount; other++)
                {
                    alsoIn[split, other] += counts[i, other] > 0 ? counts[i, split] : 0;
                }
            }

            DistinctImages += total > 0 ? 1 : 0;
            DuplicateGroups += total > 1 ? 1 : 0;
            DuplicateGroupsWithSeveralLabels += total > 1 && (labels[i] & (labels[i] - 1)) != 0 ? 1 : 0;
        }
    }
}
