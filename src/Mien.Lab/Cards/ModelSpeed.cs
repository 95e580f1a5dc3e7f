using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>How fast a model is through the library.</summary>
/// <param name="BatchSize">Images a call, 1 or more.</param>
/// <param name="ImagesPerSecond">Images a second, the median of several measurements.</param>
internal sealed record ModelSpeed(int BatchSize, double ImagesPerSecond);
