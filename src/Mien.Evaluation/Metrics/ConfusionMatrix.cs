namespace Mien.Evaluation;

/// <summary>
/// Counts of images by true and predicted expression. Immutable, so it may be read from several threads.
/// </summary>
internal sealed class ConfusionMatrix
{
    private readonly int[] counts;

    /// <summary>Creates a matrix from counts.</summary>
    /// <param name="counts">49 counts, row by row: rows are labels, columns predictions. Copied.</param>
    /// <exception cref="ArgumentException">There are not 49 counts, or one is negative.</exception>
    public ConfusionMatrix(ReadOnlySpan<int> counts)
    {
        if (counts.Length != Expressions.Count * Expressions.Count || counts.IndexOfAnyInRange(int.MinValue, -1) >= 0)
        {
            throw new ArgumentException(
                $"A confusion matrix needs {Expressions.Count * Expressions.Count} counts of 0 or more.",
                nameof(counts)
            );
        }

        this.counts = counts.ToArray();
    }

    /// <summary>The number of images with one label and one prediction.</summary>
    /// <param name="truth">The label.</param>
    /// <param name="predicted">The prediction.</param>
    /// <returns>A count.</returns>
    public int this[Expression truth, Expression predicted] =>
        counts[((int)truth * Expressions.Count) + (int)predicted];

    /// <summary>The total number of images.</summary>
    public int Total => counts.Sum();

    /// <summary>The number of images whose prediction equals their label: the sum of the diagonal.</summary>
    public int Correct => Enumerable.Range(0, Expressions.Count).Sum(c => counts[(c * Expressions.Count) + c]);

    /// <summary>The number of images with a label: the sum of its row.</summary>
    /// <param name="truth">The label.</param>
    /// <returns>A count.</returns>
    public int Support(Expression truth) => Enumerable.Range(0, Expressions.Count).Sum(p => this[truth, (Expression)p]);

    /// <summary>The number of images with a prediction: the sum of its column.</summary>
    /// <param name="predicted">The prediction.</param>
    /// <returns>A count.</returns>
    public int Predicted(Expression predicted) =>
        Enumerable.Range(0, Expressions.Count).Sum(t => this[(Expression)t, predicted]);

    /// <summary>
    /// The share of the images with one label that have one prediction; 0 where no image has the label.
    /// </summary>
    /// <param name="truth">The label.</param>
    /// <param name="predicted">The prediction.</param>
    /// <returns>0..1.</returns>
    public double Share(Expression truth, Expression predicted) =>
        Support(truth) is > 0 and int support ? this[truth, predicted] / (double)support : 0;

    /// <summary>The counts as rows.</summary>
    /// <returns>A new array of 7 rows (labels) with 7 counts (predictions) each.</returns>
    public int[][] ToRows() =>
        [
            .. Enumerable
                .Range(0, Expressions.Count)
                .Select(r => counts.AsSpan(r * Expressions.Count, Expressions.Count).ToArray()),
        ];
}
