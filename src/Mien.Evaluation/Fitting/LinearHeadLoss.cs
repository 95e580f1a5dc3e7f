using System.Numerics.Tensors;

namespace Mien.Evaluation;

/// <summary>
/// The loss of a <see cref="LinearHead"/> and its gradient: the cross-entropy to the target distributions, summed over
/// the images, plus the penalties, all divided by the number of images. Thread-safe.
/// </summary>
internal sealed class LinearHeadLoss
{
    // Partial sums are added in the order of the chunks, so that the result does not depend on the number of threads.
    private const int ChunkRows = 1024;

    private readonly double[] features;
    private readonly double[]? older;
    private readonly float[] targets;
    private readonly int width;
    private readonly int classes;
    private readonly LinearHead start;
    private readonly LinearHeadFitOptions options;

    /// <summary>Prepares the loss over existing arrays, which it keeps without copying.</summary>
    /// <param name="features">count × width standardised features, row by row.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="older">count × classes older logits; <c>null</c> if there are none.</param>
    /// <param name="targets">count × classes target probabilities.</param>
    /// <param name="start">The head that the penalties pull towards.</param>
    /// <param name="options">The penalties, and which parts are fitted.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public LinearHeadLoss(
        double[] features,
        int width,
        double[]? older,
        float[] targets,
        LinearHead start,
        LinearHeadFitOptions options
    )
    {
        this.features = features;
        this.width = width;
        this.older = older;
        this.targets = targets;
        this.start = start;
        this.options = options;
        classes = start.Classes;
        Count = targets.Length / Math.Max(1, classes);
        if (
            Count == 0
            || targets.Length != Count * classes
            || features.Length != (long)Count * width
            || start.Weights.Length != classes * width
            || (older is not null && older.Length != targets.Length)
        )
        {
            throw new ArgumentException(
                $"Found {features.Length} features of {width} per image, {targets.Length} targets of {classes} classes "
                    + $"and {older?.Length ?? 0} older logits, expected those of the same images, at least one."
            );
        }
    }

    /// <summary>The number of images.</summary>
    public int Count { get; }

    /// <summary>The number of values that are fitted, at their places in <see cref="Pack"/>.</summary>
    public int Length =>
        (options.FitWeights ? start.Weights.Length : 0)
        + (options.FitBias ? classes : 0)
        + (options.FitScale && older is not null ? 1 : 0);

    /// <summary>The fitted parts of a head as one list: weights, bias, scale.</summary>
    public double[] Pack(LinearHead head) =>
        [
            .. options.FitWeights ? head.Weights : [],
            .. options.FitBias ? head.Bias : [],
            .. options.FitScale && older is not null ? [head.Scale] : Array.Empty<double>(),
        ];

    /// <summary>The head of such a list; what is not fitted is as at the start.</summary>
    public LinearHead Unpack(ReadOnlySpan<double> values)
    {
        double[] weights = options.FitWeights ? Take(ref values, start.Weights.Length) : start.Weights;
        double[] bias = options.FitBias ? Take(ref values, classes) : start.Bias;
        return new LinearHead(weights, bias, values.Length > 0 ? values[0] : start.Scale);

        static double[] Take(ref ReadOnlySpan<double> from, int count)
        {
            double[] taken = from[..count].ToArray();
            from = from[count..];
            return taken;
        }
    }

    /// <summary>Computes loss and gradient.</summary>
    /// <param name="head">The head.</param>
    /// <param name="gradient">Receives the gradient in the order of <see cref="Pack"/>.</param>
    /// <returns>The loss per image.</returns>
    public double Compute(LinearHead head, Span<double> gradient)
    {
        var parts = new Part[(Count + ChunkRows - 1) / ChunkRows];
        if (parts.Length == 1)
        {
            parts[0] = ComputeChunk(head, 0);
        }
        else
        {
            var threads = new ParallelOptions { MaxDegreeOfParallelism = options.Threads };
            Parallel.For(0, parts.Length, threads, chunk => parts[chunk] = ComputeChunk(head, chunk));
        }

        var all = new LinearHead(new double[classes * width], new double[classes], 0);
        double loss = 0;
        double scale = 0;
        foreach (Part part in parts)
        {
            loss += part.Loss;
            scale += part.Scale;
            TensorPrimitives.Add(all.Weights, part.Weights, all.Weights);
            TensorPrimitives.Add(all.Bias, part.Bias, all.Bias);
        }

        for (int c = 0; options.FitWeights && c < classes; c++)
        {
            Range row = (c * width)..((c + 1) * width);
            double l2 = options.ClassWeightL2?[c] ?? options.WeightL2;
            if (double.IsPositiveInfinity(l2))
            {
                all.Weights.AsSpan(row).Clear();
                continue;
            }

            loss += Penalty(head.Weights.AsSpan(row), start.Weights.AsSpan(row), l2, all.Weights.AsSpan(row));
        }

        loss += Penalty(head.Bias, start.Bias, options.FitBias ? options.BiasL2 : 0, all.Bias);
        if (options.FitScale && older is not null)
        {
            double away = head.Scale - start.Scale;
            loss += options.ScaleL2 / 2 * away * away;
            scale += options.ScaleL2 * away;
        }

        double[] packed = Pack(all with { Scale = scale });
        TensorPrimitives.Divide(packed, Count, gradient);
        return loss / Count;
    }

    private static double Penalty(
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> centre,
        double l2,
        Span<double> gradient
    )
    {
        double sum = 0;
        for (int i = 0; l2 > 0 && i < values.Length; i++)
        {
            double d = values[i] - centre[i];
            sum += d * d;
            gradient[i] += l2 * d;
        }

        return l2 / 2 * sum;
    }

    private Part ComputeChunk(LinearHead head, int chunk)
    {
        double[] weights = new double[options.FitWeights ? classes * width : 0];
        double[] bias = new double[classes];
        double loss = 0;
        double scale = 0;
        double[] row = new double[classes];
        int end = Math.Min(Count, (chunk + 1) * ChunkRows);
        for (int i = chunk * ChunkRows; i < end; i++)
        {
            ReadOnlySpan<double> x = features.AsSpan(i * width, width);
            ReadOnlySpan<float> target = targets.AsSpan(i * classes, classes);
            for (int c = 0; c < classes; c++)
            {
                double before = older is null ? 0 : head.Scale * older[(i * classes) + c];
                row[c] = before + head.Bias[c] + TensorPrimitives.Dot(x, head.Weights.AsSpan(c * width, width));
            }

            // The gradient at a logit is its probability, times the sum of the targets, minus its target.
            double top = TensorPrimitives.Max<double>(row);
            double sum = 0;
            foreach (double value in row)
            {
                sum += Math.Exp(value - top);
            }

            double log = top + Math.Log(sum);
            double mass = TensorPrimitives.Sum(target);
            for (int c = 0; c < classes; c++)
            {
                loss += target[c] * (log - row[c]);
                double difference = (mass * Math.Exp(row[c] - log)) - target[c];
                bias[c] += difference;
                scale += older is null ? 0 : difference * older[(i * classes) + c];
                if (weights.Length > 0)
                {
                    Span<double> sums = weights.AsSpan(c * width, width);
                    TensorPrimitives.MultiplyAdd(x, difference, sums, sums);
                }
            }
        }

        return new Part(weights.Length > 0 ? weights : new double[classes * width], bias, scale, loss);
    }

    private sealed record Part(double[] Weights, double[] Bias, double Scale, double Loss);
}
