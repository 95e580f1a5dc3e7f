namespace Mien.Evaluation;

/// <summary>
/// How the error falls when the least sure answers are left out (R. El-Yaniv and Y. Wiener, "On the Foundations of
/// Noise-free Selective Classification", JMLR 11, 2010; Y. Geifman and R. El-Yaniv, "Selective Classification for Deep
/// Neural Networks", NIPS 2017). Immutable.
/// </summary>
internal sealed record RiskCoverage
{
    /// <summary>The step between two <see cref="Points"/>, in percent of the images.</summary>
    public const int Step = 5;

    /// <summary>
    /// The area under the curve of error over coverage, 0..1: the mean, over all n, of the error among the n surest
    /// images. Lower is better; answers in an order of chance have 1 minus the accuracy.
    /// </summary>
    public required double Aurc { get; init; }

    /// <summary>
    /// The area that the same answers would have if every right one were surer than every wrong one; no order has less.
    /// </summary>
    public required double AurcOfBestOrder { get; init; }

    /// <summary>
    /// The curve at 5, 10, … 100 % of the images, the surest first. Images as sure as the last one of a point belong to
    /// it, so a point may cover a little more than that.
    /// </summary>
    public required IReadOnlyList<RiskCoveragePoint> Points { get; init; }

    /// <summary>
    /// The point that <see cref="ChooseThreshold"/> picks on these images: under its threshold the top expression is
    /// more often wrong than right.
    /// </summary>
    public required RiskCoveragePoint Chosen { get; init; }

    /// <summary>Computes curve, area and threshold.</summary>
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
            // Equally sure images are accepted together: their order among themselves would be arbitrary.
            int end = EndOfTie(confidences, i);
            area += (end - i) * (1 - (right[end - 1] / (double)end));
            i = end;
        }

        int all = right[^1];
        double best = 0;
        for (int n = all + 1; n <= count; n++)
        {
            best += (n - all) / (double)n;
        }

        var points = new RiskCoveragePoint[100 / Step];
        for (int p = 0; p < points.Length; p++)
        {
            int least = (int)((((p + 1L) * Step * count) + 99) / 100);
            int end = EndOfTie(confidences, least - 1);
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

    /// <summary>The point of one threshold.</summary>
    /// <param name="predictions">At least one image.</param>
    /// <param name="threshold">
    /// The lowest confidence that is accepted, 0..1; compared as a 32-bit float, as the library does.
    /// </param>
    /// <returns>The images accepted and how many of them are right.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static RiskCoveragePoint At(Predictions predictions, double threshold)
    {
        (float[] confidences, int[] right) = Sorted(predictions);
        return At(confidences, right, threshold);
    }

    /// <summary>
    /// The threshold under which a result is called uncertain: of 0.00, 0.01, … 1.00 the one at which the images
    /// accepted hold the most right answers less the wrong ones; of equal ones the lowest. So the answers in any
    /// stretch of confidences that ends at the threshold are at least as often wrong as right, those in any that begins
    /// at it the other way round (C. K. Chow, IEEE Trans. Inf. Theory 16, 1970: best where an error costs twice as much
    /// as no answer). It needs no wanted accuracy, which a weak model might never reach.
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
        float least = (float)threshold;
        int count = 0;
        while (count < confidences.Length && confidences[count] >= least)
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

    // Confidences from high to low, and how many of the images so far are right.
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
