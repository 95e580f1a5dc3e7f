namespace Mien.Testing;

/// <summary>
/// A model of two heads, whose outputs can be computed by hand: the head <c>ferplus</c> comes first in the output, the
/// head <c>fer2013</c> second in the output and first in the contract.
/// </summary>
internal static class HeadModels
{
    public static ModelContract Contract { get; } =
        TinyModels.Contract with
        {
            Name = "two",
            Heads =
            [
                new ModelHead
                {
                    Name = "fer2013",
                    Offset = 7,
                    Temperature = 1.5f,
                    UncertainBelow = 0.4f,
                    TrainingData = "labels",
                    Metrics = new Dictionary<string, double> { ["publicTest.accuracy"] = 0.7 },
                },
                new ModelHead
                {
                    Name = "ferplus",
                    Offset = 0,
                    Temperature = 0.75f,
                    UncertainBelow = 0.6f,
                    TrainingData = "votes",
                    Metrics = new Dictionary<string, double> { ["publicTest.accuracy"] = 0.8 },
                },
            ],
            Blend = new HeadBlend
            {
                Weights = [0.25f, 0.75f],
                Temperature = 0.5f,
                UncertainBelow = 0.5f,
                Metrics = new Dictionary<string, double> { ["publicTest.fer2013.accuracy"] = 0.75 },
            },
        };

    /// <summary>
    /// The 6×14 weights of the linear model: one row per pixel, one column per output. The columns of the contract's
    /// heads differ, so that the heads give different labels.
    /// </summary>
    public static float[] LinearWeights { get; } = [.. Enumerable.Range(0, 84).Select(i => ((i * 53 % 17) - 8) / 6f)];

    public static float[] LinearBias { get; } = [.. Enumerable.Range(0, 14).Select(i => ((i * 5 % 7) - 3) / 4f)];

    /// <summary>outputs = flattened input × <see cref="LinearWeights"/> + <see cref="LinearBias"/>.</summary>
    /// <param name="contract">The contract in the file.</param>
    /// <param name="columns">The number of outputs; those after the first 14 are 0.</param>
    public static byte[] Linear(ModelContract contract, int columns = 14) =>
        new OnnxBuilder()
            .Input("image", -1, 1, TinyModels.Height, TinyModels.Width)
            .Output("logits", -1, columns)
            .Weights("w", [6, columns], [.. LinearWeights.Chunk(14).SelectMany(row => Resized(row, columns))])
            .Weights("b", [columns], Resized(LinearBias, columns))
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("Gemm", ["flat", "w", "b"], "logits")
            .Metadata(ModelContract.MetadataKey, contract.ToJson())
            .Build();

    /// <summary>Computes the 14 outputs of one image in double precision.</summary>
    public static double[] Outputs(ReadOnlySpan<byte> pixels)
    {
        double[] outputs = [.. LinearBias.Select(b => (double)b)];
        for (int p = 0; p < pixels.Length; p++)
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                outputs[i] += pixels[p] / 255.0 * LinearWeights[(p * 14) + i];
            }
        }

        return outputs;
    }

    /// <summary>Computes the logits of a head of <see cref="Contract"/> for one image, in double precision.</summary>
    public static double[] Logits(ReadOnlySpan<byte> pixels, string head)
    {
        double[] outputs = Outputs(pixels);
        if (head != HeadBlend.Name)
        {
            return outputs[(head == "fer2013" ? 7.. : ..7)];
        }

        double[] fer = TinyModels.Softmaxed(outputs[7..], Contract.Heads![0].Temperature),
            plus = TinyModels.Softmaxed(outputs[..7], Contract.Heads[1].Temperature);
        IReadOnlyList<float> weights = Contract.Blend!.Weights;
        return [.. fer.Zip(plus, (f, p) => (weights[0] * Math.Log(f)) + (weights[1] * Math.Log(p)))];
    }

    private static float[] Resized(float[] row, int columns)
    {
        Array.Resize(ref row, columns);
        return row;
    }
}
