using System.Numerics.Tensors;
using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>Log losses, predictions and probabilities of logits.</summary>
internal static class LogitScores
{
    /// <summary>−ln(probability of the target), at most −ln(<see cref="Metrics.LogLossFloor"/>).</summary>
    public static double Loss(ReadOnlySpan<double> logits, int target, double temperature = 1)
    {
        double top = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (double logit in logits)
        {
            sum += Math.Exp((logit - top) / temperature);
        }

        return Math.Min(Math.Log(sum) + ((top - logits[target]) / temperature), -Math.Log(Metrics.LogLossFloor));
    }

    /// <summary>The position of the largest value; of equal values the first.</summary>
    public static int Top(ReadOnlySpan<double> logits) => TensorPrimitives.IndexOfMax(logits);

    /// <summary>rows × classes probabilities.</summary>
    public static float[] Probabilities(ReadOnlySpan<double> logits, int classes, double temperature = 1)
    {
        float[] result = new float[logits.Length];
        for (int from = 0; from < logits.Length; from += classes)
        {
            ReadOnlySpan<double> row = logits.Slice(from, classes);
            double top = TensorPrimitives.Max(row);
            double sum = 0;
            foreach (double logit in row)
            {
                sum += Math.Exp((logit - top) / temperature);
            }

            for (int c = 0; c < classes; c++)
            {
                result[from + c] = (float)(Math.Exp((row[c] - top) / temperature) / sum);
            }
        }

        return result;
    }
}
