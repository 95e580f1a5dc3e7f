namespace Mien.Evaluation;

/// <summary>
/// Counts of images by true and predicted expression. Immutable, so it may be read from several threads.
/// </summary>
internal sealed class ConfusionMatrix
{
    private readonly int[] counts;

    /// <summary>Creates a matrix from counts.</summary>
    /// <param name="counts">49 counts, row by row: rows are the truth, columns the prediction; copied.</param>
    /// <exception cref="ArgumentException">There are not 49 counts, or one is negative.</exception>
    public ConfusionMatrix(ReadOnlySpan<int> counts)
    {
        if (counts.Length != Expressions.Count * Expressions.Count || counts.IndexOfAnyInRange(int.MinValue, -1) >= 0)
        {
            throw new ArgumentException(
                $"A confusion matrix has {Expressions.Count * Expressions.Count} counts of 0 or more.",
                nameof(counts)
            );
        }

        this.counts = counts.ToArray();
    }

    /// <summary>The number of images of one expression that were called another (or the same).</summary>
    /// <param name="truth">The label.</param>
    /// <param name="predicted">The prediction.</param>
    /// <returns>A count.</returns>
    public int this[Expression truth, Expression predicted] =>
        counts[((int)truth * Expressions.Count) + (int)predicted];

    /// <summary>The number of all images.</summary>
    public int Total => counts.Sum();

    /// <summary>The number of images whose prediction is their label: the diagonal's sum.</summary>
    public int Correct => Enumerable.Range(0, Expressions.Count).Sum(c => counts[(c * Expressions.Count) + c]);

    /// <summary>The number of images with a label: the row's sum.</summary>
    /// <param name="truth">The label.</param>
    /// <returns>A count.</returns>
    public int Support(Expression truth) => Enumerable.Range(0, Expressions.Count).Sum(p => this[truth, (Expression)p]);

    /// <summary>The number of images with a prediction: the column's sum.</summary>
    /// <param name="predicted">The prediction.</param>
    /// <returns>A count.</returns>
    public int Predicted(Expression predicted) =>
        Enumerable.Range(0, Expressions.Count).Sum(t => this[(Expression)t, predicted]);

    /// <summary>Of the images with one label, the share that was called another; 0 where there are none.</summary>
    /// <param name="truth">The label.</param>
    /// <param name="predicted">The prediction.</param>
    /// <returns>0..1.</returns>
    public double Share(Expression truth, Expression predicted) =>
        Support(truth) is > 0 and int support ? this[truth, predicted] / (double)support : 0;

    /// <summary>The counts as rows.</summary>
    /// <returns>7 rows (truth) of 7 counts (prediction), newly made.</returns>
    public int[][] ToRows() =>
        [
            .. Enumerable
                .Range(0, Expressions.Count)
                .Select(r => counts.AsSpan(r * Expressions.Count, Expressions.Count).ToArray()),
        ];
}
