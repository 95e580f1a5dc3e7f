using Microsoft.ML.OnnxRuntime;
using Mien.Networks;

namespace Mien.Keras.Tests;

/// <summary>Runs an imported model through ONNX, as users do, and compares it with the reference.</summary>
internal static class Imported
{
    public static KerasModel AssertSame(
        MadeModel made,
        string path,
        KerasForm? form = null,
        KerasImportOptions? options = null,
        int images = 2,
        double tolerance = 1e-4
    )
    {
        KerasWriter.Save(made, path, form);
        KerasModel imported = KerasImporter.Load(path, options);
        AssertSame(made, imported, images, tolerance);
        return imported;
    }

    /// <summary>Asserts that every output is within 1e-4, and that different images give different outputs.</summary>
    public static void AssertSame(MadeModel made, KerasModel imported, int images = 2, double tolerance = 1e-4)
    {
        NetworkGraph graph = NetworkGraph.Build(imported.PredictingNetwork);
        // The second image fades to the right, so that global pooling does not make it equal to the first.
        int size = graph.Input.Height * graph.Input.Width;
        float[] pixels =
        [
            .. OnnxModel
                .RandomImages(graph, images, 11)
                .Select((v, i) => i < size ? v : v * (i % graph.Input.Width) / graph.Input.Width),
        ];
        using InferenceSession session = OnnxModel.Open(OnnxModel.Export(graph, imported.Weights));
        float[] outputs = OnnxModel.Run(session, graph, pixels);
        double[][] expected =
        [
            .. pixels
                .Chunk((int)graph.Input.Elements)
                .Select(p =>
                    ReferenceKeras.Run(made, [.. p.SelectMany(v => Enumerable.Repeat((double)v, made.Input[2]))])
                ),
        ];
        for (int i = 0; i < images; i++)
        {
            double[] row = [.. outputs.AsSpan(i * 7, 7).ToArray().Select(v => (double)v)];
            double[] found = imported.FinalActivation == KerasFinalActivation.Softmax ? Softmax(row) : row;
            Assert.Equal(7, expected[i].Length);
            Check.All(
                expected[i].Zip(found),
                p => Assert.True(Math.Abs(p.First - p.Second) <= tolerance, $"found {p.Second}, expected {p.First}")
            );
        }

        Assert.True(
            images == 1 || expected[0].Zip(expected[1]).Any(p => Math.Abs(p.First - p.Second) > 2 * tolerance),
            "Both images have the same outputs, so the test would always pass."
        );
    }

    private static double[] Softmax(double[] row) =>
        [.. row.Select(v => Math.Exp(v - row.Max()) / row.Sum(o => Math.Exp(o - row.Max())))];
}
