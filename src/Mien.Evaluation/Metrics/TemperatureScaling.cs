namespace Mien.Evaluation;

/// <summary>
/// Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017): logits are divided by one
/// number T before the softmax. It changes the confidences but never the order of the expressions. Thread-safe.
/// </summary>
internal static class TemperatureScaling
{
    /// <summary>
    /// The lowest temperature that is fitted. It is returned where the true expression always has the highest logit,
    /// because the log loss then keeps falling as T goes to 0.
    /// </summary>
    public const double Minimum = 0.05;

    /// <summary>
    /// The highest temperature that is fitted. It is returned where the logits carry no information about the labels.
    /// </summary>
    public const double Maximum = 20;

    /// <summary>
    /// Fits the temperature in <see cref="Minimum"/>..<see cref="Maximum"/> with the lowest log loss. The loss is
    /// convex in b = 1/T (mean of logsumexp(b·z) − b·z_label), so its minimum is the root of its derivative. It is
    /// found by Newton steps with bisection as a fallback, to a relative precision of 1e-10.
    /// </summary>
    /// <param name="logits">count × 7 finite unnormalised scores.</param>
    /// <param name="labels">count labels 0..6; at least one.</param>
    /// <returns>
    /// A temperature; 1 where all logits of every image are equal, so that every temperature fits equally well.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// There is no image, the lengths do not match, or a label is out of range.
    /// </exception>
    public static double Fit(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels)
    {
        if (
            labels.Length == 0
            || logits.Length != labels.Length * Expressions.Count
            || labels.IndexOfAnyExceptInRange((byte)0, (byte)(Expressions.Count - 1)) >= 0
        )
        {
            throw new ArgumentException(
                $"Fitting a temperature needs at least one image with seven logits and a label 0..6 each; "
                    + $"found {logits.Length} logits and {labels.Length} labels.",
                nameof(labels)
            );
        }

        return Fit(new Loss(logits, labels, []));
    }

    /// <summary>
    /// Fits the temperature with the lowest cross-entropy to target distributions, such as the shares of the FER+
    /// votes.
    /// </summary>
    /// <param name="logits">count × 7 finite unnormalised scores.</param>
    /// <param name="targets">count × 7 shares, each row summing to 1; at least one row.</param>
    /// <returns>As for <see cref="Fit(ReadOnlySpan{float}, ReadOnlySpan{byte})"/>.</returns>
    /// <exception cref="ArgumentException">There is no image, or the lengths do not match.</exception>
    public static double FitToDistributions(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets)
    {
        if (targets.Length == 0 || logits.Length != targets.Length || targets.Length % Expressions.Count != 0)
        {
            throw new ArgumentException(
                $"Fitting a temperature needs at least one image with seven logits and seven shares each; found "
                    + $"{logits.Length} logits and {targets.Length} shares.",
                nameof(targets)
            );
        }

        return Fit(new Loss(logits, [], targets));
    }

    private static double Fit(Loss loss)
    {
        double low = 1 / Maximum;
        double high = 1 / Minimum;
        // Both derivatives are 0 only if all logits of every image are equal.
        if (loss.Derivatives(1) is (0, 0))
        {
            return 1;
        }

        if (loss.Derivatives(low).Slope >= 0)
        {
            return Maximum;
        }

        if (loss.Derivatives(high).Slope <= 0)
        {
            return Minimum;
        }

        double b = 1;
        for (int step = 0; step < 200 && high - low > 1e-10 * low; step++)
        {
            (double slope, double curvature) = loss.Derivatives(b);
            if (slope == 0)
            {
                break;
            }

            (low, high) = slope < 0 ? (b, high) : (low, b);
            // A Newton step that leaves the bracket is replaced by bisection, so the search always converges.
            double newton = b - (slope / curvature);
            bool usable = newton > low && newton < high;
            double next = usable ? newton : (low + high) / 2;
            if (Math.Abs(next - b) <= 1e-12 * b)
            {
                b = next;
                break;
            }

            b = next;
        }

        return 1 / b;
    }

    /// <summary>Applies the softmax to logits divided by a temperature.</summary>
    /// <param name="logits">count × 7 finite unnormalised scores.</param>
    /// <param name="temperature">Greater than 0.</param>
    /// <returns>count × 7 probabilities, each row summing to 1.</returns>
    /// <exception cref="ArgumentException">
    /// The temperature is not greater than 0, or the number of logits is not a multiple of 7.
    /// </exception>
    public static float[] Apply(ReadOnlySpan<float> logits, double temperature)
    {
        if (!(temperature > 0) || !double.IsFinite(temperature) || logits.Length % Expressions.Count != 0)
        {
            throw new ArgumentException(
                $"Expected seven logits per image and a temperature greater than 0; found {logits.Length} logits "
                    + $"and {temperature}.",
                nameof(temperature)
            );
        }

        float[] probabilities = logits.ToArray();
        for (int from = 0; from < logits.Length; from += Expressions.Count)
        {
            Softmax.InPlace(probabilities.AsSpan(from, Expressions.Count), (float)temperature);
        }

        return probabilities;
    }

    /// <summary>
    /// Fits a temperature on k − 1 folds and applies it to the held-out fold, for each fold, so that calibration is
    /// measured on images that the temperature was not fitted on. Folds are stratified: each expression is spread
    /// evenly over them after a seeded shuffle.
    /// </summary>
    /// <param name="predictions">
    /// At least <paramref name="folds"/> images. Their logits are scaled, or the logarithms of their probabilities if
    /// there are no logits.
    /// </param>
    /// <param name="folds">The number of folds, 2 or more.</param>
    /// <param name="seed">The seed of the shuffle.</param>
    /// <returns>Temperatures and the pooled out-of-fold predictions.</returns>
    /// <exception cref="ArgumentException">There are fewer than 2 folds, or fewer images than folds.</exception>
    public static CrossValidatedTemperature CrossValidate(Predictions predictions, int folds = 5, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (predictions.Count < folds)
        {
            throw new ArgumentException(
                $"{folds} folds need at least {folds} images, found {predictions.Count}.",
                nameof(folds)
            );
        }

        float[] logits = predictions.LogitsOrLogProbabilities();
        int[] fold = StratifiedFolds(predictions.Labels, folds, seed);
        double[] temperatures = new double[folds];
        float[] pooled = [.. logits];
        for (int f = 0; f < folds; f++)
        {
            int[] others = [.. Enumerable.Range(0, fold.Length).Where(i => fold[i] != f)];
            float[] train =
            [
                .. others.SelectMany(i => logits.AsSpan(i * Expressions.Count, Expressions.Count).ToArray()),
            ];
            temperatures[f] = Fit(train, [.. others.Select(i => predictions.Labels[i])]);
            for (int i = 0; i < fold.Length; i++)
            {
                if (fold[i] == f)
                {
                    Softmax.InPlace(pooled.AsSpan(i * Expressions.Count, Expressions.Count), (float)temperatures[f]);
                }
            }
        }

        return new CrossValidatedTemperature
        {
            FoldTemperatures = temperatures,
            Folds = fold,
            OutOfFold = predictions.WithProbabilities(pooled),
            Temperature = Fit(logits, predictions.Labels),
        };
    }

    // Deals the shuffled images of each expression out in turn and continues where the last expression stopped. Folds
    // then differ by at most one image in size and in every expression.
    internal static int[] StratifiedFolds(ReadOnlySpan<byte> labels, int folds, int seed)
    {
        var random = new Random(seed);
        int[] fold = new int[labels.Length];
        int next = 0;
        for (byte c = 0; c < Expressions.Count; c++)
        {
            var ofClass = new List<int>();
            for (int i = 0; i < labels.Length; i++)
            {
                if (labels[i] == c)
                {
                    ofClass.Add(i);
                }
            }

            int[] shuffled = [.. ofClass];
            random.Shuffle(shuffled);
            foreach (int i in shuffled)
            {
                fold[i] = next++ % folds;
            }
        }

        return fold;
    }

    private static float Max(ReadOnlySpan<float> values)
    {
        float top = values[0];
        foreach (float value in values)
        {
            top = Math.Max(top, value);
        }

        return top;
    }

    /// <summary>The log loss of labels, or the cross-entropy to distributions if there are no labels.</summary>
    private readonly ref struct Loss(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> targets)
    {
        private readonly ReadOnlySpan<float> logits = logits;
        private readonly ReadOnlySpan<byte> labels = labels;
        private readonly ReadOnlySpan<float> targets = targets;

        // First and second derivative of the loss in b: the means over the images of E_p[z] − E_t[z] and of Var_p[z],
        // where p is the softmax of b·z and t the target.
        public (double Slope, double Curvature) Derivatives(double b)
        {
            double slope = 0;
            double curvature = 0;
            int count = logits.Length / Expressions.Count;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> z = logits.Slice(i * Expressions.Count, Expressions.Count);
                double top = Max(z);
                double sum = 0;
                double first = 0;
                double second = 0;
                foreach (float value in z)
                {
                    // Relative to the top score: exact for equal logits, and no overflow in Exp.
                    double d = value - top;
                    double e = Math.Exp(b * d);
                    sum += e;
                    first += e * d;
                    second += e * d * d;
                }

                double mean = first / sum;
                slope += mean - Target(i, z, top);
                curvature += (second / sum) - (mean * mean);
            }

            return (slope / count, curvature / count);
        }

        private double Target(int image, ReadOnlySpan<float> z, double top)
        {
            if (labels.Length > 0)
            {
                return z[labels[image]] - top;
            }

            double mean = 0;
            for (int c = 0; c < z.Length; c++)
            {
                mean += targets[(image * Expressions.Count) + c] * (z[c] - top);
            }

            return mean;
        }
    }
}
