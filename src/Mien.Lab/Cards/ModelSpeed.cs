using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>The speed of a model through the library.</summary>
/// <param name="BatchSize">Images per call, 1 or more.</param>
/// <param name="ImagesPerSecond">Images per second, the median of several measurements.</param>
internal sealed record ModelSpeed(int BatchSize, double ImagesPerSecond);
