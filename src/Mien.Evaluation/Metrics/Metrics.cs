namespace Mien.Evaluation;

/// <summary>
/// Computes the figures of predictions against labels. <c>docs/evaluation.md</c> has the formulas and their sources.
/// Thread-safe.
/// </summary>
internal static class Metrics
{
    /// <summary>The number of bins of the reliability diagram: 15, as in Guo et al., ICML 2017.</summary>
    public const int BinCount = 15;

    /// <summary>
    /// Probabilities of the true expression are clipped to at least this before the logarithm, so that one image with
    /// probability 0 costs 34.5 nats and not infinity. 1e-15 is the bound that scikit-learn's <c>log_loss</c> used
    /// before version 1.3.
    /// </summary>
    public const double LogLossFloor = 1e-15;

    /// <summary>The number of simulations behind <see cref="EvaluationResult.EceByChance"/>.</summary>
    public const int ChanceRounds = 1000;

    /// <summary>Computes all figures of one set of predictions.</summary>
    /// <param name="predictions">At least one image.</param>
    /// <param name="duplicates">
    /// Positions (0 to count − 1, each at most once) of the images that are exact duplicates of training images.
    /// <c>null</c> if this was not checked; then the figures without duplicates are <c>null</c>.
    /// </param>
    /// <param name="seed">
    /// The seed of the simulation behind <see cref="EvaluationResult.EceByChance"/>, the only figure that depends on
    /// it.
    /// </param>
    /// <returns>The figures.</returns>
    /// <exception cref="MienException"><c>noImages</c>: there is no prediction.</exception>
    /// <exception cref="ArgumentException">A position is out of range or repeated.</exception>
    public static EvaluationResult Compute(
        Predictions predictions,
        IReadOnlyCollection<int>? duplicates = null,
        int seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "noImages",
                $"{predictions.Name}: there is no image to evaluate. Choose a split that has images."
            );
        }

        ConfusionMatrix confusion = Confusion(predictions);
        IReadOnlyList<ClassResult> perClass = PerClass(confusion);
        double[] present = [.. perClass.Where(c => c.Support + c.Predicted > 0).Select(c => c.F1)];
        IReadOnlyList<ReliabilityBin> bins = Reliability(predictions);
        var result = new EvaluationResult
        {
            Count = predictions.Count,
            Correct = confusion.Correct,
            MacroF1 = present.Average(),
            LogLoss = LogLoss(predictions),
            Ece = Ece(bins),
            EceByChance = EceByChance(predictions, seed),
            Reliability = bins,
            PerClass = perClass,
            Confusion = confusion,
            RiskCoverage = RiskCoverage.Of(predictions),
        };
        return duplicates is null ? result : WithoutDuplicates(result, predictions, duplicates);
    }

    /// <summary>Counts images by label and prediction.</summary>
    /// <param name="predictions">Any number of images.</param>
    /// <returns>A matrix; all 0 without images.</returns>
    public static ConfusionMatrix Confusion(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        int classes = predictions.Names.Count;
        int[] counts = new int[classes * classes];
        for (int i = 0; i < predictions.Count; i++)
        {
            counts[(predictions.Labels[i] * classes) + predictions.PredictedIndex(i)]++;
        }

        return new ConfusionMatrix(counts, predictions.Names);
    }

    /// <summary>
    /// Computes precision, recall and F1 of each expression; undefined values are 0 (see <see cref="ClassResult"/>).
    /// </summary>
    /// <param name="confusion">The counts.</param>
    /// <returns>One result per label, in their order.</returns>
    public static IReadOnlyList<ClassResult> PerClass(ConfusionMatrix confusion)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        var results = new ClassResult[confusion.Labels.Count];
        for (int c = 0; c < results.Length; c++)
        {
            int right = confusion[c, c];
            int support = confusion.Support(c);
            int predicted = confusion.Predicted(c);
            results[c] = new ClassResult(
                confusion.Labels[c],
                Ratio(right, predicted),
                Ratio(right, support),
                Ratio(2 * right, support + predicted),
                support,
                predicted
            );
        }

        return results;

        static double Ratio(int part, int whole) => whole == 0 ? 0 : part / (double)whole;
    }

    /// <summary>
    /// Computes the mean of −ln(max(p, <see cref="LogLossFloor"/>)) over the probabilities p of the true expressions.
    /// </summary>
    /// <param name="predictions">At least one image.</param>
    /// <returns>Nats, 0 or more.</returns>
    public static double LogLoss(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        double sum = 0;
        for (int i = 0; i < predictions.Count; i++)
        {
            sum -= Math.Log(Math.Clamp(predictions.Row(i)[predictions.Labels[i]], LogLossFloor, 1));
        }

        return sum / predictions.Count;
    }

    /// <summary>
    /// Sorts the images into <see cref="BinCount"/> bins of equal width by confidence: bin b holds (b/15, (b+1)/15].
    /// </summary>
    /// <param name="predictions">Any number of images.</param>
    /// <returns>All bins, empty ones included, from low to high.</returns>
    public static IReadOnlyList<ReliabilityBin> Reliability(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        int[] counts = new int[BinCount];
        int[] right = new int[BinCount];
        double[] confidence = new double[BinCount];
        for (int i = 0; i < predictions.Count; i++)
        {
            int bin = Bin(predictions.Confidence(i));
            counts[bin]++;
            right[bin] += predictions.IsCorrect(i) ? 1 : 0;
            confidence[bin] += predictions.Confidence(i);
        }

        return
        [
            .. Enumerable
                .Range(0, BinCount)
                .Select(b => new ReliabilityBin(
                    b / (double)BinCount,
                    (b + 1) / (double)BinCount,
                    counts[b],
                    counts[b] == 0 ? 0 : confidence[b] / counts[b],
                    counts[b] == 0 ? 0 : right[b] / (double)counts[b]
                )),
        ];
    }

    /// <summary>
    /// Computes the expected calibration error: Σ (images in the bin / all images) · |accuracy − confidence|.
    /// </summary>
    /// <param name="bins">The bins of a reliability diagram.</param>
    /// <returns>0..1; 0 without images.</returns>
    public static double Ece(IReadOnlyList<ReliabilityBin> bins)
    {
        ArgumentNullException.ThrowIfNull(bins);
        long total = bins.Sum(b => (long)b.Count);
        return total == 0 ? 0 : bins.Sum(b => b.Count * Math.Abs(b.Accuracy - b.Confidence)) / total;
    }

    /// <summary>
    /// Computes the mean expected calibration error over <see cref="ChanceRounds"/> simulations in which each image is
    /// correct with exactly the probability that its confidence states.
    /// </summary>
    /// <param name="predictions">At least one image.</param>
    /// <param name="seed">The seed of the simulation.</param>
    /// <returns>0..1.</returns>
    public static double EceByChance(Predictions predictions, int seed)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        int[] bins = new int[predictions.Count];
        double[] confidences = new double[predictions.Count];
        double[] claimed = new double[BinCount];
        for (int i = 0; i < bins.Length; i++)
        {
            confidences[i] = predictions.Confidence(i);
            bins[i] = Bin(predictions.Confidence(i));
            claimed[bins[i]] += confidences[i];
        }

        // A seeded Random gives the same sequence in every version of .NET, so the figure is repeatable.
        var random = new Random(seed);
        int[] right = new int[BinCount];
        double sum = 0;
        for (int round = 0; round < ChanceRounds; round++)
        {
            Array.Clear(right);
            for (int i = 0; i < bins.Length; i++)
            {
                right[bins[i]] += random.NextDouble() < confidences[i] ? 1 : 0;
            }

            for (int b = 0; b < BinCount; b++)
            {
                sum += Math.Abs(right[b] - claimed[b]);
            }
        }

        // Σ |right − claimed| over the bins, divided by the number of images, is the ECE of one simulation.
        return sum / ((double)ChanceRounds * Math.Max(1, bins.Length));
    }

    // Compared in single precision with rounded edges, as in the reference code of Guo et al. Otherwise 0.2f would
    // exceed 0.2 and fall into the next bin.
    internal static int Bin(float confidence)
    {
        int bin = 0;
        while (bin < BinCount - 1 && confidence > (float)((bin + 1) / (double)BinCount))
        {
            bin++;
        }

        return bin;
    }

    private static EvaluationResult WithoutDuplicates(
        EvaluationResult result,
        Predictions predictions,
        IReadOnlyCollection<int> duplicates
    )
    {
        bool[] isDuplicate = new bool[predictions.Count];
        foreach (int position in duplicates)
        {
            if ((uint)position >= (uint)isDuplicate.Length || isDuplicate[position])
            {
                throw new ArgumentException(
                    $"Position {position} is repeated or outside 0..{isDuplicate.Length - 1}.",
                    nameof(duplicates)
                );
            }

            isDuplicate[position] = true;
        }

        int left = predictions.Count - duplicates.Count;
        int right = Enumerable.Range(0, predictions.Count).Count(i => !isDuplicate[i] && predictions.IsCorrect(i));
        return result with
        {
            Duplicates = duplicates.Count,
            AccuracyWithoutDuplicates = left == 0 ? null : right / (double)left,
            AccuracyWithoutDuplicatesInterval = left == 0 ? null : Interval.Wilson(right, left),
        };
    }
}
