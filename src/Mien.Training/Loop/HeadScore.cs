namespace Mien.Training;

/// <summary>How well one head of a network predicts its label set on the validation split.</summary>
/// <param name="Head">The head and label set, such as <c>ferplus</c>.</param>
/// <param name="Loss">The mean cross-entropy against the labels.</param>
/// <param name="Accuracy">The share of the images with a label in this set that are classified correctly.</param>
internal sealed record HeadScore(string Head, double Loss, double Accuracy);
