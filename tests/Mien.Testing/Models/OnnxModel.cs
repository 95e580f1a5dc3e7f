using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Mien.Networks;

namespace Mien.Testing;

/// <summary>Random weights and images for networks, and their outputs from ONNX Runtime.</summary>
internal static class OnnxModel
{
    /// <summary>
    /// Creates random weights with He scaling, and batch norm statistics that differ clearly from the identity.
    /// </summary>
    public static NetworkWeights RandomWeights(NetworkGraph graph, int seed)
    {
        var random = new Random(seed);
        var weights = new NetworkWeights();
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (WeightShape shape in node.Operator.Weights)
            {
                bool norm = node.Operator is BatchNormOperator or PReluOperator;
                double scale = norm || shape.Name == "bias" ? 0.5 : Math.Sqrt(6.0 * shape.Shape[0] / shape.Elements);
                double centre =
                    node.Operator is BatchNormOperator && shape.Name is "weight" or "runningVariance" ? 1 : 0;
                var values = new float[shape.Elements];
                foreach (ref float value in values.AsSpan())
                {
                    value = (float)(centre + (scale * ((2 * random.NextDouble()) - 1)));
                }

                weights[$"{node.Name}.{shape.Name}"] = values;
            }
        }

        return weights;
    }

    public static float[] RandomImages(NetworkGraph graph, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)(count * graph.Input.Elements)).Select(_ => random.NextSingle())];
    }

    public static byte[] Export(NetworkGraph graph, NetworkWeights weights, OnnxExportOptions? options = null)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Write(graph, weights, stream, options);
        return stream.ToArray();
    }

    public static InferenceSession Open(byte[] model, bool optimise = true)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            GraphOptimizationLevel = optimise
                ? GraphOptimizationLevel.ORT_ENABLE_ALL
                : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        return new InferenceSession(model, options);
    }

    public static float[] Run(
        InferenceSession session,
        NetworkGraph graph,
        float[] images,
        string input = "image",
        string output = "logits"
    )
    {
        TensorShape shape = graph.Input;
        int count = images.Length / (int)shape.Elements;
        var tensor = new DenseTensor<float>(images, [count, shape.Channels, shape.Height, shape.Width]);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor(input, tensor)],
            [output]
        );
        Tensor<float> logits = results.Single().AsTensor<float>();
        Assert.Equal([count, graph.Outputs], logits.Dimensions.ToArray());
        return [.. logits];
    }

    /// <summary>
    /// Compares ONNX Runtime with the plain loops at the tolerances of issue 2: rtol 1e-3, atol 1e-4.
    /// </summary>
    public static void AssertSameAsReference(
        NetworkGraph graph,
        OnnxExportOptions? options = null,
        bool optimise = true,
        int images = 2,
        int seed = 1
    )
    {
        NetworkWeights weights = RandomWeights(graph, seed);
        float[] pixels = RandomImages(graph, images, seed + 1);
        using InferenceSession session = Open(Export(graph, weights, options), optimise);
        float[] actual = Run(session, graph, pixels);
        double[] expected =
        [
            .. pixels.Chunk((int)graph.Input.Elements).SelectMany(p => ReferenceNetwork.Run(graph, weights, p)),
        ];
        AssertClose(expected, actual, 1e-3, 1e-4);
        // A network with the same output for every image would pass whatever precedes its last bias.
        Assert.True(
            images == 1
                || expected
                    .Chunk(graph.Outputs)
                    .Skip(1)
                    .Any(row => row.Zip(expected).Any(p => Math.Abs(p.First - p.Second) > 1e-3)),
            "The images have the same logits."
        );
    }

    public static void AssertClose(
        IReadOnlyList<double> expected,
        IReadOnlyList<float> actual,
        double relative,
        double absolute
    )
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= absolute + (relative * Math.Abs(expected[i])),
                $"Value {i} is {actual[i]}, expected {expected[i]}."
            );
        }
    }
}
