using Mien.Data;

namespace Mien.Evaluation;

/// <summary>Finds evaluated images that the model may have memorised in training.</summary>
internal static class TrainingDuplicates
{
    /// <summary>Finds the images of a split that are exact duplicates of images in <c>Training</c>.</summary>
    /// <param name="data">All images, Training included.</param>
    /// <param name="split">The evaluated split.</param>
    /// <returns>
    /// Ascending positions within the split (in the order of <see cref="FaceDataset.Only"/>), for <see
    /// cref="Metrics.Compute"/>.
    /// </returns>
    public static int[] Of(FaceDataset data, DatasetSplit split)
    {
        ArgumentNullException.ThrowIfNull(data);
        var duplicates = data.IndicesAlsoIn(split, DatasetSplit.Training).ToHashSet();
        int[] rows = data.IndicesOf(split);
        return [.. Enumerable.Range(0, rows.Length).Where(i => duplicates.Contains(rows[i]))];
    }
}
