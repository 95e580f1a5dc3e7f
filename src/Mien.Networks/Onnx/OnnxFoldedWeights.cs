namespace Mien.Networks;

/// <summary>The weights and bias of a convolution or dense layer, with the batch norms after it folded in.</summary>
/// <param name="Weight">The weights in the layer's shape, row-major, outputs first.</param>
/// <param name="Bias">One value per output, or <c>null</c> if there is neither a bias nor a batch norm.</param>
internal readonly record struct OnnxFoldedWeights(float[] Weight, float[]? Bias)
{
    /// <summary>
    /// Folds the batch norms: y = (W·x + b − mean) · gamma / √(variance + epsilon) + beta is again a layer with weights
    /// W·s and bias (b − mean)·s + beta, where s = gamma / √(variance + epsilon). Computed in double precision and
    /// rounded once.
    /// </summary>
    public static OnnxFoldedWeights Compute(GraphNode node, IReadOnlyList<GraphNode> batchNorms, NetworkWeights weights)
    {
        float[] weight = weights[node.Name + ".weight"];
        bool hasBias = node.Operator is ConvOperator { Bias: true } or DenseOperator { Bias: true };
        if (batchNorms.Count == 0)
        {
            return new OnnxFoldedWeights(weight, hasBias ? weights[node.Name + ".bias"] : null);
        }

        int outputs = node.Output.Channels;
        double[] scale = [.. Enumerable.Repeat(1.0, outputs)];
        double[] shift = hasBias ? [.. weights[node.Name + ".bias"].Select(b => (double)b)] : new double[outputs];
        foreach (GraphNode norm in batchNorms)
        {
            float[] gamma = weights[norm.Name + ".weight"];
            float[] beta = weights[norm.Name + ".bias"];
            float[] mean = weights[norm.Name + ".runningMean"];
            float[] variance = weights[norm.Name + ".runningVariance"];
            double epsilon = ((BatchNormOperator)norm.Operator).Epsilon;
            for (int c = 0; c < outputs; c++)
            {
                double factor = gamma[c] / Math.Sqrt(variance[c] + epsilon);
                scale[c] *= factor;
                shift[c] = ((shift[c] - mean[c]) * factor) + beta[c];
            }
        }

        var scaled = new float[weight.Length];
        int each = weight.Length / outputs;
        for (int i = 0; i < weight.Length; i++)
        {
            scaled[i] = (float)(weight[i] * scale[i / each]);
        }

        return new OnnxFoldedWeights(scaled, [.. shift.Select(s => (float)s)]);
    }
}
