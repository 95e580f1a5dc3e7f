namespace Mien.Testing;

/// <summary>Models of a handful of weights whose outputs can be computed by hand.</summary>
internal static class TinyModels
{
    public const int Width = 3;
    public const int Height = 2;

    /// <summary>A permutation of the labels in which none keeps its index.</summary>
    public static readonly string[] Shuffled =
    [
        "neutral",
        "anger",
        "surprise",
        "disgust",
        "fear",
        "sadness",
        "happiness",
    ];

    public static ModelContract Contract { get; } =
        new()
        {
            Name = "tiny",
            Width = Width,
            Height = Height,
            Labels = [.. Expressions.Names],
        };

    /// <summary>The 6×7 weights of the linear model: one row per pixel, one column per output.</summary>
    public static float[] LinearWeights { get; } = [.. Enumerable.Range(0, 42).Select(i => ((i * 37 % 11) - 5) / 4f)];

    public static float[] LinearBias { get; } = [0.5f, -0.25f, 0, 1, -1, 0.125f, 0.75f];

    /// <summary>scores = flattened input × <see cref="LinearWeights"/> + <see cref="LinearBias"/>.</summary>
    public static byte[] Linear(ModelContract contract, long batch = -1) =>
        Graph(batch).Metadata(ModelContract.MetadataKey, contract.ToJson()).Build();

    public static byte[] WithoutContract() => Graph(-1).Build();

    public static byte[] WithContractText(string json) => Graph(-1).Metadata(ModelContract.MetadataKey, json).Build();

    /// <summary>Computes the scores of one image in double precision, in the order of the outputs.</summary>
    public static double[] LinearScores(ReadOnlySpan<byte> pixels, ModelContract contract)
    {
        double[] scores = [.. LinearBias.Select(b => (double)b)];
        for (int p = 0; p < pixels.Length; p++)
        {
            double input = (pixels[p] * (double)contract.Scale) + contract.Offset;
            for (int i = 0; i < 7; i++)
            {
                scores[i] += input * LinearWeights[(p * 7) + i];
            }
        }

        return scores;
    }

    public static double[] Softmaxed(double[] scores, double temperature)
    {
        double[] powers = [.. scores.Select(s => Math.Exp(s / temperature))];
        return [.. powers.Select(p => p / powers.Sum())];
    }

    private static OnnxBuilder Graph(long batch) =>
        new OnnxBuilder()
            .Input("image", batch, 1, Height, Width)
            .Output("logits", batch, 7)
            .Weights("w", [Width * Height, 7], LinearWeights)
            .Weights("b", [7], LinearBias)
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("Gemm", ["flat", "w", "b"], "logits");
}
