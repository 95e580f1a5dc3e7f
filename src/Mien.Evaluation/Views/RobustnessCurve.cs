namespace Mien.Evaluation;

/// <summary>How a model bears one corruption.</summary>
/// <param name="Corruption">What was done to the images.</param>
/// <param name="Points">The strengths from mild to severe.</param>
internal sealed record RobustnessCurve(Corruption Corruption, IReadOnlyList<RobustnessPoint> Points);
