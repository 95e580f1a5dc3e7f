namespace Mien.Evaluation;

/// <summary>
/// The risk–coverage curve: how the error falls when the least confident predictions are rejected (R. El-Yaniv and Y.
/// Wiener, "On the Foundations of Noise-free Selective Classification", JMLR 11, 2010; Y. Geifman and R. El-Yaniv,
/// "Selective Classification for Deep Neural Networks", NIPS 2017). Immutable.
/// </summary>
internal sealed record RiskCoverage
{
    /// <summary>The step between two <see cref="Points"/>, in percent of the images.</summary>
    public const int Step = 5;

    /// <summary>
    /// The area under the risk–coverage curve, 0..1: the mean, over all n, of the error among the n most confident
    /// images. Lower is better; a random order has 1 minus the accuracy.
    /// </summary>
    public required double Aurc { get; init; }

    /// <summary>
    /// The area that the same predictions would have if every correct one were more confident than every wrong one. No
    /// order has a smaller area.
    /// </summary>
    public required double AurcOfBestOrder { get; init; }

    /// <summary>
    /// The curve at 5, 10, … 100 % of the images, most confident first. A point includes all images with the confidence
    /// of its last one, so it may cover slightly more.
    /// </summary>
    public required IReadOnlyList<RiskCoveragePoint> Points { get; init; }

    /// <summary>
    /// The point that <see cref="ChooseThreshold"/> chooses on these images: below its threshold the prediction is more
    /// often wrong than correct.
    /// </summary>
    public required RiskCoveragePoint Chosen { get; init; }

    /// <summary>Computes the curve, its area and the threshold.</summary>
    /// <param name="predictions">At least one image.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static RiskCoverage Of(Predictions predictions)
    {
        (float[] confidences, int[] right) = Sorted(predictions);
        int count = confidences.Length;
        double area = 0;
        for (int i = 0; i < count; )
        {
            // Images of equal confidence are accepted together, because any order among them would be arbitrary.
            int end = EndOfTie(confidences, i);
            area += (end - i) * (1 - (right[end - 1] / (double)end));
            i = end;
        }

        // In the best order the error is 0 up to the last correct image; after it only wrong ones are added.
        int all = right[^1];
        double best = 0;
        for (int n = all + 1; n <= count; n++)
        {
            best += (n - all) / (double)n;
        }

        var points = new RiskCoveragePoint[100 / Step];
        for (int p = 0; p < points.Length; p++)
        {
            int covered = (int)((((p + 1L) * Step * count) + 99) / 100);
            int end = EndOfTie(confidences, covered - 1);
            points[p] = new RiskCoveragePoint(confidences[end - 1], end, right[end - 1], end / (double)count);
        }

        return new RiskCoverage
        {
            Aurc = area / count,
            AurcOfBestOrder = best / count,
            Points = points,
            Chosen = Choose(confidences, right),
        };
    }

    /// <summary>Computes the point at one threshold.</summary>
    /// <param name="predictions">At least one image.</param>
    /// <param name="threshold">
    /// The minimum confidence that is accepted, 0..1; compared as a 32-bit float, as the library does.
    /// </param>
    /// <returns>The number of accepted images and how many of them are correct.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static RiskCoveragePoint At(Predictions predictions, double threshold)
    {
        (float[] confidences, int[] right) = Sorted(predictions);
        return At(confidences, right, threshold);
    }

    /// <summary>
    /// Chooses the threshold below which a prediction is marked uncertain: the one of 0.00, 0.01, … 1.00 at which the
    /// accepted images have the largest number of correct minus wrong predictions; on a tie the lowest. Predictions in
    /// any range of confidences that ends at the threshold are therefore at least as often wrong as correct, and those
    /// in any range that begins at it at least as often correct as wrong (C. K. Chow, IEEE Trans. Inf. Theory 16, 1970:
    /// optimal if an error costs twice as much as a rejection). No target accuracy is needed, which a weak model might
    /// never reach.
    /// </summary>
    /// <param name="predictions">At least one image, at the temperature that the model ships with.</param>
    /// <returns>0..1 in hundredths; about 0.5 for a calibrated model.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static double ChooseThreshold(Predictions predictions)
    {
        (float[] confidences, int[] right) = Sorted(predictions);
        return Choose(confidences, right).Threshold;
    }

    private static RiskCoveragePoint Choose(float[] confidences, int[] right) =>
        Enumerable
            .Range(0, 101)
            .Select(hundredths => At(confidences, right, hundredths / 100.0))
            .MaxBy(p => (2 * p.Correct) - p.Count)!;

    private static RiskCoveragePoint At(float[] confidences, int[] right, double threshold)
    {
        float minimum = (float)threshold;
        int count = 0;
        while (count < confidences.Length && confidences[count] >= minimum)
        {
            count++;
        }

        return new RiskCoveragePoint(
            threshold,
            count,
            count == 0 ? 0 : right[count - 1],
            count / (double)confidences.Length
        );
    }

    // Confidences in descending order, and the running count of correct images.
    private static (float[] Confidences, int[] Right) Sorted(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0)
        {
            throw new ArgumentException("A risk-coverage curve needs at least one image.", nameof(predictions));
        }

        int[] order = [.. Enumerable.Range(0, predictions.Count).OrderByDescending(predictions.Confidence)];
        float[] confidences = Array.ConvertAll(order, predictions.Confidence);
        int[] right = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            right[i] = (i == 0 ? 0 : right[i - 1]) + (predictions.IsCorrect(order[i]) ? 1 : 0);
        }

        return (confidences, right);
    }

    private static int EndOfTie(float[] confidences, int index)
    {
        int end = index + 1;
        while (end < confidences.Length && confidences[end] == confidences[index])
        {
            end++;
        }

        return end;
    }
}
