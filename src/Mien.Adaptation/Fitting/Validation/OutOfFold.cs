namespace Mien.Adaptation;

/// <summary>Out-of-fold answers: for each measured face the logits of a fit that has not seen its group.</summary>
/// <param name="Rows">The measured faces, ascending.</param>
/// <param name="FoldOf">The fold of each measured face.</param>
/// <param name="Folds">The number of folds.</param>
/// <param name="Logits">rows × classes logits.</param>
/// <param name="Pull">The pull for the fit on all faces.</param>
internal sealed record OutOfFold(int[] Rows, int[] FoldOf, int Folds, double[] Logits, Pull Pull);
