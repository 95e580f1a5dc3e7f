namespace Mien.Evaluation;

/// <summary>The accuracy of a model under one corruption.</summary>
/// <param name="Corruption">The kind of corruption.</param>
/// <param name="Points">The points from mild to severe.</param>
internal sealed record RobustnessCurve(Corruption Corruption, IReadOnlyList<RobustnessPoint> Points);
