using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>
/// Temperature and threshold for 'uncertain' from out-of-fold logits. Both follow the rules of the shipped models (<see
/// cref="TemperatureScaling"/>, <see cref="RiskCoverage.ChooseThreshold"/>), shrunk towards what a calibrated model
/// has: a temperature of 1 and a threshold of 0.5. With many faces the rules alone decide.
/// </summary>
internal static class ShrunkCalibration
{
    /// <summary>
    /// The weight of the prior of the temperature: half of it times (ln T)² is added to the summed log loss.
    /// </summary>
    private const double TemperaturePrior = 5;

    /// <summary>The weight of the calibrated model in the choice of the threshold, in faces.</summary>
    private const double ThresholdPrior = 50;

    /// <summary>The temperature.</summary>
    /// <param name="logits">count × classes out-of-fold logits.</param>
    /// <param name="targets">The class of each face.</param>
    /// <param name="classes">The number of classes.</param>
    public static double Temperature(double[] logits, int[] targets, int classes)
    {
        // Golden-section search over ln T. The loss is convex in 1/T and the prior in ln T; the sum has one minimum in
        // practice, and a search that ends at another value of the same order does no harm.
        const double Golden = 0.6180339887498949;
        double low = Math.Log(TemperatureScaling.Minimum);
        double high = Math.Log(TemperatureScaling.Maximum);
        double left = high - (Golden * (high - low));
        double right = low + (Golden * (high - low));
        double leftLoss = Loss(left);
        double rightLoss = Loss(right);
        while (high - low > 1e-6)
        {
            if (leftLoss <= rightLoss)
            {
                (high, right, rightLoss) = (right, left, leftLoss);
                left = high - (Golden * (high - low));
                leftLoss = Loss(left);
            }
            else
            {
                (low, left, leftLoss) = (left, right, rightLoss);
                right = low + (Golden * (high - low));
                rightLoss = Loss(right);
            }
        }

        return Math.Exp((low + high) / 2);

        double Loss(double logTemperature)
        {
            double sum = TemperaturePrior / 2 * logTemperature * logTemperature;
            double temperature = Math.Exp(logTemperature);
            for (int i = 0; i < targets.Length; i++)
            {
                sum += LogitScores.Loss(logits.AsSpan(i * classes, classes), targets[i], temperature);
            }

            return sum;
        }
    }

    /// <summary>
    /// The threshold below which a prediction is uncertain: of 0.00, 0.01, … 1.00 the one at which the accepted faces
    /// have the largest number of correct minus wrong predictions, the calibrated model's expectation of it included;
    /// on a tie the lowest.
    /// </summary>
    /// <param name="probabilities">count × classes out-of-fold probabilities at the temperature.</param>
    /// <param name="targets">The class of each face.</param>
    /// <param name="classes">The number of classes.</param>
    public static float Threshold(float[] probabilities, int[] targets, int classes)
    {
        // The gain of accepting a face, by its confidence in whole hundredths, rounded down: a face with confidence p
        // is accepted at the thresholds up to p.
        double[] gains = new double[101];
        double weight = ThresholdPrior / targets.Length;
        for (int i = 0; i < targets.Length; i++)
        {
            ReadOnlySpan<float> row = probabilities.AsSpan(i * classes, classes);
            int top = 0;
            for (int c = 1; c < classes; c++)
            {
                top = row[c] > row[top] ? c : top;
            }

            int hundredth = 100;
            while (hundredth > 0 && row[top] < (float)(hundredth / 100.0))
            {
                hundredth--;
            }

            gains[hundredth] += (top == targets[i] ? 1 : -1) + (weight * ((2 * row[top]) - 1));
        }

        int best = 100;
        double sum = 0;
        double highest = double.NegativeInfinity;
        for (int hundredth = 100; hundredth >= 0; hundredth--)
        {
            sum += gains[hundredth];
            if (sum >= highest)
            {
                (highest, best) = (sum, hundredth);
            }
        }

        return best / 100f;
    }
}
