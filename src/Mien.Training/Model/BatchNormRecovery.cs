using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Gives a network that was read from an ONNX file its batch norms back, so that it can be trained further. In the file
/// they are folded into the layers before. What is missing are the mean and variance of what each norm takes; these are
/// measured on training images. The network computes the same before and after.
/// </summary>
internal static class BatchNormRecovery
{
    /// <summary>The number of images on which is measured, if there are as many.</summary>
    public const int Images = 2048;

    /// <summary>Computes the weights with batch norms.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="read">Its weights, as they are in the file.</param>
    /// <param name="recipe">The recipe; its scaling, crop normalisation and batch size are used.</param>
    /// <param name="train">The images of Training.</param>
    /// <param name="device">Where to compute; <c>null</c> is the CPU.</param>
    /// <param name="cancellationToken">Cancels the computation.</param>
    /// <returns>Weights of the same network.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static NetworkWeights Recover(
        NetworkGraph graph,
        OnnxWeights read,
        TrainingRecipe recipe,
        FaceDataset train,
        Device? device,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(train);
        if (read.Folded.Count == 0)
        {
            return read.Weights;
        }

        Dictionary<GraphNode, Moments> moments = Measure(graph, read, recipe, train, device, cancellationToken);
        NetworkWeights result = Copy(read.Weights);
        foreach ((int layer, int norm) in read.Folded)
        {
            Unfold(graph.Nodes[layer], graph.Nodes[norm], moments[graph.Nodes[norm]], result);
        }

        return result;
    }

    // With filters W, the norm takes x = W·input. The file's layer is x + shift, and so is c·x normalised to mean 0
    // and deviation 1, times the deviation of x, plus its mean and the shift. The factor c changes nothing of what the
    // network computes, but the length of the filters is what a learning rate is measured against. Batch norms left it
    // free and folding changed it, so the filters get the deviation that they have before a training (He et al., 2015).
    private static void Unfold(GraphNode layer, GraphNode norm, Moments moments, NetworkWeights weights)
    {
        string filters = layer.Name + ".weight";
        double epsilon = ((BatchNormOperator)norm.Operator).Epsilon;
        double length = Math.Sqrt(weights[filters].Average(w => (double)w * w));
        double factor = length > 0 ? Deviation(layer.Operator) / length : 1;
        weights[filters] = [.. weights[filters].Select(w => (float)(w * factor))];
        float[] shift = weights[norm.Name + ".bias"];
        for (int c = 0; c < shift.Length; c++)
        {
            double mean = moments.Mean(c);
            double variance = factor * factor * moments.Variance(c);
            weights[norm.Name + ".runningMean"][c] = (float)(factor * mean);
            weights[norm.Name + ".runningVariance"][c] = (float)variance;
            weights[norm.Name + ".weight"][c] = (float)(Math.Sqrt(variance + epsilon) / factor);
            weights[norm.Name + ".bias"][c] = (float)(shift[c] + mean);
        }
    }

    private static double Deviation(Operator op) =>
        op switch
        {
            ConvOperator c => Math.Sqrt(2.0 / ((double)c.Filters / c.Groups * c.Kernel * c.Kernel)),
            DenseOperator d => Math.Sqrt(2.0 / d.Features),
            _ => throw new ArgumentException($"A batch norm cannot be folded into {op}.", nameof(op)),
        };

    private static Dictionary<GraphNode, Moments> Measure(
        NetworkGraph graph,
        OnnxWeights read,
        TrainingRecipe recipe,
        FaceDataset train,
        Device? device,
        CancellationToken cancellationToken
    )
    {
        var moments = read.Folded.ToDictionary(
            f => graph.Nodes[f.Norm],
            f => new Moments(graph.Nodes[f.Norm].Output.Channels)
        );
        (float scale, float offset) = PixelInput.Of(recipe.Scaling, train);
        var inputs = new Augmenter(recipe, train, scale, offset);
        int count = Math.Min(Images, train.Count);
        (int height, int width) = (graph.Input.Height, graph.Input.Width);
        using var module = new NetworkModule(graph, seed: 0, device);
        module.Load(read.Weights);
        module.eval();
        module.BeforeBatchNorm = (node, x) =>
        {
            if (moments.TryGetValue(node, out Moments? found))
            {
                found.Add(x);
            }
        };
        using IDisposable quiet = no_grad();
        for (int start = 0; start < count; start += recipe.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            int images = Math.Min(recipe.BatchSize, count - start);
            float[] pixels = new float[images * height * width];
            for (int i = 0; i < images; i++)
            {
                // From all over the file, as data sets are often sorted.
                int index = (int)((long)(start + i) * train.Count / count);
                inputs.WriteUnchanged(index, height, width, pixels.AsSpan(i * height * width, height * width));
            }

            module.forward(tensor(pixels, [images, 1, height, width], device: module.Device));
        }

        return moments;
    }

    private static NetworkWeights Copy(NetworkWeights weights)
    {
        var copy = new NetworkWeights();
        foreach (string name in weights.Names)
        {
            copy[name] = [.. weights[name]];
        }

        return copy;
    }

    // Sums per channel, in double precision.
    private sealed class Moments(int channels)
    {
        private readonly double[] sums = new double[channels];
        private readonly double[] squares = new double[channels];
        private long count;

        public double Mean(int channel) => sums[channel] / count;

        public double Variance(int channel) => Math.Max(0, (squares[channel] / count) - Math.Pow(Mean(channel), 2));

        public void Add(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            long[] all = x.dim() == 4 ? [0, 2, 3] : [0];
            Tensor wide = x.to(float64);
            double[] sum = wide.sum(all).cpu().data<double>().ToArray();
            double[] square = wide.mul(wide).sum(all).cpu().data<double>().ToArray();
            for (int c = 0; c < sums.Length; c++)
            {
                sums[c] += sum[c];
                squares[c] += square[c];
            }

            count += x.numel() / sums.Length;
        }
    }
}
