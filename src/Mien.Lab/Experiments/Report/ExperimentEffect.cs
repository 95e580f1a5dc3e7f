using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>What one value of one thing that varies comes to.</summary>
/// <param name="Factor">What varies.</param>
/// <param name="Level">Its value.</param>
/// <param name="Settings">The settings with that value of which a trial is done.</param>
/// <param name="Mean">The mean of their mean accuracies, 0..1.</param>
internal sealed record ExperimentEffect(string Factor, string Level, int Settings, double Mean);
