namespace Mien.Evaluation;

/// <summary>How well one expression is found. All shares are 0..1.</summary>
/// <param name="Expression">The expression.</param>
/// <param name="Precision">
/// Of the images called so, the share that are; 0 where none was called so (scikit-learn's <c>zero_division=0</c>).
/// </param>
/// <param name="Recall">Of the images that are so, the share called so; 0 where there are none.</param>
/// <param name="F1">
/// The harmonic mean of precision and recall, 2·TP / (support + predicted); 0 where neither exists.
/// </param>
/// <param name="Support">The number of images that are so.</param>
/// <param name="Predicted">The number of images called so.</param>
internal sealed record ClassResult(
    Expression Expression,
    double Precision,
    double Recall,
    double F1,
    int Support,
    int Predicted
);
