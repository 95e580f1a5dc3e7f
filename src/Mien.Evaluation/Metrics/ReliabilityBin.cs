namespace Mien.Evaluation;

/// <summary>One bin of a reliability diagram: images with a confidence in (Low, High].</summary>
/// <param name="Low">Lower edge, excluded (0 is included in the first bin).</param>
/// <param name="High">Upper edge, included.</param>
/// <param name="Count">The number of images in it.</param>
/// <param name="Confidence">The mean confidence of its images; 0 where it is empty.</param>
/// <param name="Accuracy">The share of its images that were classified correctly; 0 where it is empty.</param>
internal sealed record ReliabilityBin(double Low, double High, int Count, double Confidence, double Accuracy);
