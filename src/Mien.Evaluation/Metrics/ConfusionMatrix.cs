namespace Mien.Evaluation;

/// <summary>
/// Counts of images by true and predicted label. Immutable, so it may be read from several threads.
/// </summary>
internal sealed class ConfusionMatrix
{
    private readonly int[] counts;
    private readonly string[] labels;

    /// <summary>Creates a matrix from counts.</summary>
    /// <param name="counts">n × n counts, row by row: rows are labels, columns predictions. Copied.</param>
    /// <param name="labels">The n labels; <c>null</c> for the seven expressions.</param>
    /// <exception cref="ArgumentException">There are not n × n counts, or one is negative.</exception>
    public ConfusionMatrix(ReadOnlySpan<int> counts, IReadOnlyList<string>? labels = null)
    {
        this.labels = [.. labels ?? Expressions.Names];
        int needed = this.labels.Length * this.labels.Length;
        if (counts.Length != needed || counts.IndexOfAnyInRange(int.MinValue, -1) >= 0)
        {
            throw new ArgumentException($"A confusion matrix needs {needed} counts of 0 or more.", nameof(counts));
        }

        this.counts = counts.ToArray();
    }

    /// <summary>The labels, in the order of rows and columns.</summary>
    public IReadOnlyList<string> Labels => labels;

    /// <summary>The number of images with one label and one prediction.</summary>
    /// <param name="truth">The index of the label.</param>
    /// <param name="predicted">The index of the prediction.</param>
    /// <returns>A count.</returns>
    public int this[int truth, int predicted] => counts[(truth * labels.Length) + predicted];

    /// <summary>The number of images with one label and one prediction; 0 for an expression without a label.</summary>
    /// <param name="truth">The label.</param>
    /// <param name="predicted">The prediction.</param>
    /// <returns>A count.</returns>
    public int this[Expression truth, Expression predicted] =>
        IndexOf(truth) is >= 0 and var t && IndexOf(predicted) is >= 0 and var p ? this[t, p] : 0;

    /// <summary>The total number of images.</summary>
    public int Total => counts.Sum();

    /// <summary>The number of images whose prediction equals their label: the sum of the diagonal.</summary>
    public int Correct => Enumerable.Range(0, labels.Length).Sum(c => this[c, c]);

    /// <summary>The number of images with a label: the sum of its row.</summary>
    /// <param name="truth">The index of the label.</param>
    /// <returns>A count.</returns>
    public int Support(int truth) => Enumerable.Range(0, labels.Length).Sum(p => this[truth, p]);

    /// <summary>The number of images with a label; 0 for an expression without a label.</summary>
    /// <param name="truth">The label.</param>
    /// <returns>A count.</returns>
    public int Support(Expression truth) => IndexOf(truth) is >= 0 and var t ? Support(t) : 0;

    /// <summary>The number of images with a prediction: the sum of its column.</summary>
    /// <param name="predicted">The index of the prediction.</param>
    /// <returns>A count.</returns>
    public int Predicted(int predicted) => Enumerable.Range(0, labels.Length).Sum(t => this[t, predicted]);

    /// <summary>The number of images with a prediction; 0 for an expression without a label.</summary>
    /// <param name="predicted">The prediction.</param>
    /// <returns>A count.</returns>
    public int Predicted(Expression predicted) => IndexOf(predicted) is >= 0 and var p ? Predicted(p) : 0;

    /// <summary>
    /// The share of the images with one label that have one prediction; 0 where no image has the label.
    /// </summary>
    /// <param name="truth">The label.</param>
    /// <param name="predicted">The prediction.</param>
    /// <returns>0..1.</returns>
    public double Share(Expression truth, Expression predicted) =>
        Support(truth) is > 0 and int support ? this[truth, predicted] / (double)support : 0;

    /// <summary>The number of images with a label that are predicted correctly.</summary>
    /// <param name="label">One of <see cref="Labels"/>.</param>
    /// <returns>A count.</returns>
    public int Hits(string label)
    {
        int index = Array.IndexOf(labels, label);
        return this[index, index];
    }

    /// <summary>The counts as rows.</summary>
    /// <returns>A new array with one row per label and one count per prediction in each.</returns>
    public int[][] ToRows() =>
        [.. Enumerable.Range(0, labels.Length).Select(r => counts.AsSpan(r * labels.Length, labels.Length).ToArray())];

    private int IndexOf(Expression expression) => Array.IndexOf(labels, expression.Name());
}
