using Mien.Data;

namespace Mien.Evaluation;

/// <summary>Finds evaluated images that the model may have learned by heart.</summary>
internal static class TrainingDuplicates
{
    /// <summary>The images of a split that stand, pixel for pixel, in <c>Training</c> too.</summary>
    /// <param name="data">All images, Training included.</param>
    /// <param name="split">The split that is evaluated.</param>
    /// <returns>
    /// Positions within the split (as <see cref="FaceDataset.Only"/> orders it), ascending, for
    /// <see cref="Metrics.Compute"/>.
    /// </returns>
    public static int[] Of(FaceDataset data, DatasetSplit split)
    {
        ArgumentNullException.ThrowIfNull(data);
        var twins = data.IndicesAlsoIn(split, DatasetSplit.Training).ToHashSet();
        int[] rows = data.IndicesOf(split);
        return [.. Enumerable.Range(0, rows.Length).Where(i => twins.Contains(rows[i]))];
    }
}
