namespace Mien.Adaptation;

/// <summary>How far an adaptation is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">How much of the stage is done, 0 to <paramref name="Total"/>.</param>
/// <param name="Total">The number of faces, or 100 for the fit.</param>
public readonly record struct AdaptationProgress(AdaptationStage Stage, int Done, int Total);
