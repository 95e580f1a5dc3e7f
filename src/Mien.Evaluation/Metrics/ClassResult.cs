namespace Mien.Evaluation;

/// <summary>Precision, recall and F1 of one label. All shares are 0..1.</summary>
/// <param name="Label">The label.</param>
/// <param name="Precision">
/// The share of the images with this prediction that have this label; 0 where no image has this prediction
/// (scikit-learn's <c>zero_division=0</c>).
/// </param>
/// <param name="Recall">
/// The share of the images with this label that have this prediction; 0 where no image has this label.
/// </param>
/// <param name="F1">
/// The harmonic mean of precision and recall, 2·TP / (support + predicted); 0 where both counts are 0.
/// </param>
/// <param name="Support">The number of images with this label.</param>
/// <param name="Predicted">The number of images with this prediction.</param>
internal sealed record ClassResult(string Label, double Precision, double Recall, double F1, int Support, int Predicted)
{
    /// <summary>Creates the result of an expression.</summary>
    public ClassResult(Expression expression, double precision, double recall, double f1, int support, int predicted)
        : this(expression.Name(), precision, recall, f1, support, predicted) { }
}
