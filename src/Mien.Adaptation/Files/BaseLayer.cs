using Mien.Networks;

namespace Mien.Adaptation;

/// <summary>
/// The answer of a model before its adaptation, as a linear function of its features: up to a constant per face, the
/// log-probabilities of a head or of the blend, Σ_h w_h / (T_h · T_blend) · z_h with the logits z_h of the heads. Each
/// face's values have the mean 0, so that a label that the model does not have gets 0. Immutable.
/// </summary>
internal sealed class BaseLayer
{
    private readonly double[] weights;
    private readonly double[] bias;

    private BaseLayer(double[] weights, double[] bias)
    {
        this.weights = weights;
        this.bias = bias;
        Weights = [.. weights.Select(w => (float)w)];
        Bias = [.. bias.Select(b => (float)b)];
    }

    /// <summary>labels × features, row by row; do not write to it.</summary>
    public float[] Weights { get; }

    /// <summary>One value per label; do not write to it.</summary>
    public float[] Bias { get; }

    /// <summary>The number of features.</summary>
    public int FeatureCount => weights.Length / bias.Length;

    /// <summary>Reads the layer out of a model file.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="contract">Its contract.</param>
    /// <param name="head">
    /// One of <see cref="ModelContract.HeadNames"/>; <c>null</c> selects the default of the model.
    /// </param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="MienException">
    /// <c>noSuchHead</c>: the model has no such head; <c>notAdaptable</c>: the model outputs probabilities, or does not
    /// end in a dense layer.
    /// </exception>
    public static BaseLayer Of(byte[] model, ModelContract contract, string? head, string source)
    {
        HeadSelection selected = contract.SelectHead(head);
        OnnxLastLayer layer = AdaptedModelFile.LastLayer(model, contract, source);
        IEnumerable<(int Offset, double Factor)> parts = contract switch
        {
            { Heads: null } => [(0, 1 / (double)selected.Temperature)],
            { Blend: { } blend } when selected.Name == HeadBlend.Name => contract.Heads.Select(
                (h, i) => (h.Offset, blend.Weights[i] / ((double)h.Temperature * blend.Temperature))
            ),
            _ => [(contract.Heads.Single(h => h.Name == selected.Name).Offset, 1 / (double)selected.Temperature)],
        };
        int labels = contract.Labels.Count;
        int features = layer.Features;
        double[] weights = new double[labels * features];
        double[] bias = new double[labels];
        foreach ((int offset, double factor) in parts)
        {
            for (int c = 0; c < labels; c++)
            {
                bias[c] += factor * layer.Bias[offset + c];
                for (int f = 0; f < features; f++)
                {
                    weights[(c * features) + f] += factor * layer.Weights[((offset + c) * features) + f];
                }
            }
        }

        Centre(weights, labels, features);
        Centre(bias, labels, 1);
        return new BaseLayer(weights, bias);
    }

    /// <summary>Computes the layer that gives scale · base + layer, in double precision until the last step.</summary>
    /// <param name="layer">What was fitted, on raw features.</param>
    /// <param name="baseColumns">
    /// For each class of the new layer, its label's place in the base model; −1 if that has no such label.
    /// </param>
    /// <returns>classes × features weights, row by row, and one bias per class.</returns>
    public (float[] Weights, float[] Bias) Fold(AdaptedLayer layer, IReadOnlyList<int> baseColumns)
    {
        int features = FeatureCount;
        int classes = baseColumns.Count;
        if (layer.Bias.Length != classes || layer.Weights.Length != classes * features)
        {
            throw new ArgumentException(
                $"Found {layer.Weights.Length} weights and {layer.Bias.Length} biases for {classes} classes of "
                    + $"{features} features.",
                nameof(layer)
            );
        }

        float[] folded = new float[layer.Weights.Length];
        float[] biases = new float[classes];
        for (int c = 0; c < classes; c++)
        {
            int from = baseColumns[c];
            double scale = from < 0 ? 0 : layer.Scale;
            int row = Math.Max(0, from) * features;
            for (int f = 0; f < features; f++)
            {
                folded[(c * features) + f] = (float)((scale * weights[row + f]) + layer.Weights[(c * features) + f]);
            }

            biases[c] = (float)((scale * bias[Math.Max(0, from)]) + layer.Bias[c]);
        }

        return (folded, biases);
    }

    /// <summary>Subtracts from each column its mean over the rows.</summary>
    private static void Centre(double[] values, int rows, int columns)
    {
        for (int f = 0; f < columns; f++)
        {
            double mean = 0;
            for (int c = 0; c < rows; c++)
            {
                mean += values[(c * columns) + f] / rows;
            }

            for (int c = 0; c < rows; c++)
            {
                values[(c * columns) + f] -= mean;
            }
        }
    }
}
