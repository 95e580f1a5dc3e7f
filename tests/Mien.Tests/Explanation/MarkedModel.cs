namespace Mien.Tests;

/// <summary>
/// A handmade network with an input of 24×24 pixels: pixels brighter than 0.6 raise the score of happiness, pixels
/// darker than 0.4 that of sadness, and nothing else matters. Each value of its 6×6 maps comes from a square of 4×4
/// pixels, or from every fourth pixel alone.
/// </summary>
internal static class MarkedModel
{
    public const int Side = 24;
    public const int MapSide = 6;

    /// <summary>The labels in another order than that of <see cref="Expression"/>.</summary>
    public static ModelContract Contract { get; } =
        new()
        {
            Name = "marked",
            Width = Side,
            Height = Side,
            Labels = TinyModels.Shuffled,
            Temperature = 1.25f,
            Maps = new ClassMapOutput
            {
                Name = "maps",
                Top = 1.5f,
                Left = 1.5f,
                Step = 4,
            },
        };

    /// <summary>Opens the model.</summary>
    /// <param name="contract">
    /// The contract; the graph has the output 'maps' even if the contract does not declare it.
    /// </param>
    /// <param name="everyFourth">Whether each map value depends on one pixel instead of 4×4.</param>
    /// <param name="batch">The fixed batch size; −1 allows any.</param>
    public static ExpressionClassifier Open(
        ModelContract? contract = null,
        bool everyFourth = false,
        long batch = -1
    ) =>
        ExpressionClassifier.Load(
            new MemoryStream(Build(contract ?? Contract, everyFourth, batch)),
            new ClassifierOptions { Threads = 1 },
            "marked.onnx"
        );

    public static byte[] Build(ModelContract contract, bool everyFourth = false, long batch = -1)
    {
        int kernel = everyFourth ? 1 : 4;
        float[] filters = new float[2 * kernel * kernel];
        Array.Fill(filters, 1f / (kernel * kernel), 0, kernel * kernel);
        Array.Fill(filters, -1f / (kernel * kernel), kernel * kernel, kernel * kernel);

        // Every class has a weight of 30 on both features, which changes no probability and must not show in a map.
        float[] weights = new float[7 * 2];
        Array.Fill(weights, 30f);
        weights[2 * Array.IndexOf([.. contract.Labels], "happiness")] += 60;
        weights[(2 * Array.IndexOf([.. contract.Labels], "sadness")) + 1] += 60;
        return new OnnxBuilder()
            .Input("image", batch, 1, Side, Side)
            .Output("logits", batch, 7)
            .Output("maps", batch, 7, MapSide, MapSide)
            .Weights("filters", [2, 1, kernel, kernel], filters)
            .Weights("thresholds", [2], [-0.6f, 0.4f])
            .Weights("dense", [7, 2], weights)
            .Weights("mapFilters", [7, 2, 1, 1], weights)
            .Node(
                "Conv",
                ["image", "filters", "thresholds"],
                "sums",
                ("strides", new long[] { 4, 4 }),
                ("kernel_shape", new long[] { kernel, kernel })
            )
            .Node("Relu", ["sums"], "features")
            .Node("GlobalAveragePool", ["features"], "pooled")
            .Node("Flatten", ["pooled"], "means", ("axis", 1L))
            .Node("Gemm", ["means", "dense"], "logits", ("transB", 1L))
            .Node("Conv", ["features", "mapFilters"], "maps", ("kernel_shape", new long[] { 1, 1 }))
            .Metadata(ModelContract.MetadataKey, contract.ToJson())
            .Build();
    }

    /// <summary>
    /// A gray image with a bright square of 8×8 at rows 12 to 19 and columns 0 to 7, and a dark one at rows 4 to 11 and
    /// columns 16 to 23.
    /// </summary>
    public static GrayImage Face()
    {
        byte[] pixels = new byte[Side * Side];
        Array.Fill(pixels, (byte)128);
        for (int i = 0; i < 64; i++)
        {
            pixels[((12 + (i / 8)) * Side) + (i % 8)] = 255;
            pixels[((4 + (i / 8)) * Side) + 16 + (i % 8)] = 0;
        }

        return new GrayImage(Side, Side, pixels);
    }
}
