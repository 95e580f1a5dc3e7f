using Mien.Networks;

namespace Mien.Testing;

/// <summary>
/// An ONNX model with known predictions, which depend only on the mean brightness x of the image: the darkest is anger,
/// the brightest neutral. Logit k is s·(2·c·x − c²) with c = k/6, so the prediction is the expression with the smallest
/// (x − c)².
/// </summary>
internal static class BrightnessModel
{
    public const int Size = 48;
    private const float Sharpness = 100;

    /// <summary>Gets the gray value in the middle of an expression's range.</summary>
    public static byte GrayOf(Expression expression) => (byte)Math.Round(255 * (int)expression / 6.0);

    /// <summary>
    /// An image of that brightness: one gray value but for a dark and a bright strip at the bottom, so that it has
    /// contrast.
    /// </summary>
    public static GrayImage Face(Expression expression, int size = Size)
    {
        byte gray = GrayOf(expression);
        byte[] pixels = new byte[size * size];
        Array.Fill(pixels, gray);
        for (int y = size - Math.Max(1, size / 24); y < size; y++)
        {
            pixels.AsSpan(y * size, size / 2).Fill((byte)Math.Max(0, gray - 20));
            pixels.AsSpan((y * size) + (size / 2), size / 2).Fill((byte)Math.Min(255, gray + 20));
        }

        return new GrayImage(size, size, pixels);
    }

    /// <summary>Writes the model.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="name">The name of the model in the contract.</param>
    /// <param name="order">
    /// The expression for each level of brightness; <c>null</c> uses the order of <see cref="Expression"/>. Another
    /// order makes a model that is wrong on purpose.
    /// </param>
    /// <param name="withContract">Whether the metadata contain the contract.</param>
    /// <param name="labels">The labels from dark to bright; <c>null</c> uses the seven expressions.</param>
    /// <param name="pooled">
    /// Whether the mean is a global average pooling, so that the model has class activation maps.
    /// </param>
    public static string Write(
        string path,
        string name = "brightness",
        Expression[]? order = null,
        bool withContract = true,
        bool pooled = false,
        IReadOnlyList<string>? labels = null
    )
    {
        labels ??= Expressions.Names;
        NetworkGraph graph = NetworkGraph.Build(
            NetworkDescription.FromJson(
                $$"""
                { "name": "{{name}}", "input": { "width": {{Size}}, "height": {{Size}} },
                  "layers": [ { "type": "{{(
                    pooled ? "globalAveragePool" : "flatten"
                )}}" }, { "type": "dense", "units": {{labels.Count}} } ] }
                """,
                "test"
            )
        );
        int inputs = pooled ? 1 : Size * Size;
        float[] weight = new float[labels.Count * inputs];
        float[] bias = new float[labels.Count];
        for (int k = 0; k < labels.Count; k++)
        {
            float c = k / (labels.Count - 1f);
            int output = order is null ? k : (int)order[k];
            Array.Fill(weight, Sharpness * 2 * c / inputs, output * inputs, inputs);
            bias[output] = -Sharpness * c * c;
        }

        string dense = graph.Nodes[^1].Name;
        var weights = new NetworkWeights { [$"{dense}.weight"] = weight, [$"{dense}.bias"] = bias };
        var contract = new ModelContract
        {
            Name = name,
            Width = Size,
            Height = Size,
            Labels = labels,
            Maps = pooled
                ? new ClassMapOutput
                {
                    Name = "maps",
                    Top = 0,
                    Left = 0,
                    Step = 1,
                }
                : null,
            TrainingData = "nothing: made for tests",
            Licence = "MIT",
            Metrics = new Dictionary<string, double> { ["publicTest.accuracy"] = 0.5 },
        };
        using FileStream stream = File.Create(path);
        OnnxExporter.Write(
            graph,
            weights,
            stream,
            new OnnxExportOptions
            {
                MapsOutputName = pooled ? "maps" : null,
                Metadata = withContract
                    ? new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() }
                    : new Dictionary<string, string>(),
            }
        );
        return path;
    }

    /// <summary>
    /// Writes a model whose weights are so large that its output is not finite for a bright image, as after a diverged
    /// training. For a black image it is finite, so the model can be loaded.
    /// </summary>
    public static string WriteDiverged(string path)
    {
        Write(path);
        byte[] file = File.ReadAllBytes(path);
        byte[] weight = BitConverter.GetBytes(Sharpness * 2 / (Size * Size));
        for (int at; (at = file.AsSpan().IndexOf(weight)) >= 0; )
        {
            BitConverter.GetBytes(float.MaxValue).CopyTo(file, at);
        }

        File.WriteAllBytes(path, file);
        return path;
    }
}
