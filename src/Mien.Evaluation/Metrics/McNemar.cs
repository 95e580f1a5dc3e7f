namespace Mien.Evaluation;

/// <summary>
/// The paired test of Q. McNemar (Psychometrika 12, 1947) for two classifiers on the same images. Only images that
/// exactly one of them classified correctly show which is better. Thread-safe.
/// </summary>
internal static class McNemar
{
    /// <summary>
    /// The exact binomial test is used if fewer images than this were classified correctly by exactly one classifier;
    /// otherwise the chi-square test is used.
    /// </summary>
    public const int ExactBelow = 25;

    /// <summary>Compares two sets of predictions.</summary>
    /// <param name="first">One set.</param>
    /// <param name="second">Another on the same images, in the same order.</param>
    /// <returns>Counts and the two-sided p-value.</returns>
    /// <exception cref="MienException">
    /// <c>differentImages</c>: the sets differ in their number of images, in a label or in a source.
    /// </exception>
    public static McNemarResult Compare(Predictions first, Predictions second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        CheckSameImages(first, second);
        Span<int> counts = stackalloc int[4];
        for (int i = 0; i < first.Count; i++)
        {
            counts[(first.IsCorrect(i) ? 2 : 0) + (second.IsCorrect(i) ? 1 : 0)]++;
        }

        bool exact = counts[2] + counts[1] < ExactBelow;
        return new McNemarResult
        {
            First = first.Name,
            Second = second.Name,
            BothRight = counts[3],
            OnlyFirstRight = counts[2],
            OnlySecondRight = counts[1],
            BothWrong = counts[0],
            Exact = exact,
            PValue = exact ? ExactPValue(counts[2], counts[1]) : ChiSquarePValue(counts[2], counts[1]),
        };
    }

    /// <summary>
    /// The exact p-value min(1, 2·P(X ≤ min(b, c))), with X binomial with b + c draws and probability ½.
    /// </summary>
    /// <param name="onlyFirst">b, 0 or more.</param>
    /// <param name="onlySecond">c, 0 or more.</param>
    /// <returns>0..1; 1 where both are 0.</returns>
    public static double ExactPValue(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        int n = onlyFirst + onlySecond;

        // Computed with logarithms because 2^−n underflows for large n. ln C(n, k) grows by ln((n − k) / (k + 1)).
        double logTerm = -n * Math.Log(2);
        double sum = 0;
        for (int k = 0; k <= Math.Min(onlyFirst, onlySecond); k++)
        {
            sum += Math.Exp(logTerm);
            logTerm += Math.Log((n - k) / (k + 1.0));
        }

        return Math.Min(1, 2 * sum);
    }

    /// <summary>
    /// The upper tail of the chi-square distribution of 1 degree of freedom at (|b − c| − 1)² / (b + c), the statistic
    /// with Edwards' continuity correction (Psychometrika 13, 1948).
    /// </summary>
    /// <param name="onlyFirst">b, 0 or more.</param>
    /// <param name="onlySecond">c, 0 or more.</param>
    /// <returns>0..1; 1 where both are equal.</returns>
    public static double ChiSquarePValue(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        double difference = Math.Max(0, Math.Abs((double)onlyFirst - onlySecond) - 1);
        return difference == 0
            ? 1
            : NormalDistribution.TwoSidedTail(difference / Math.Sqrt((double)onlyFirst + onlySecond));
    }

    private static void CheckSameImages(Predictions first, Predictions second)
    {
        if (first.Count != second.Count)
        {
            throw Different($"'{first.Name}' has {first.Count} images, '{second.Name}' {second.Count}");
        }

        for (int i = 0; i < first.Count; i++)
        {
            if (first.Labels[i] != second.Labels[i])
            {
                throw Different(
                    $"image {i} is {first.Label(i).Name()} in '{first.Name}' and {second.Label(i).Name()} in "
                        + $"'{second.Name}'"
                );
            }

            if (ImageKey(first.Sources[i]) != ImageKey(second.Sources[i]))
            {
                throw Different(
                    $"image {i} comes from '{first.Sources[i]}' in '{first.Name}' and from "
                        + $"'{second.Sources[i]}' in '{second.Name}'"
                );
            }
        }
    }

    // The same rows may be read from fer2013.csv or fer2013.csv.gz, and the same files from different folders. So only
    // the row of 'NAME:row' and only the file name of a path are compared.
    private static string ImageKey(string source)
    {
        int colon = source.LastIndexOf(':');
        return colon >= 0 && colon < source.Length - 1 && source.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0
            ? source[colon..]
            : source[(source.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    private static MienException Different(string what) =>
        new(
            ErrorKind.BadInput,
            "differentImages",
            $"A paired comparison needs the same images in the same order, but {what}. Evaluate both on the same "
                + "data and split."
        );
}
