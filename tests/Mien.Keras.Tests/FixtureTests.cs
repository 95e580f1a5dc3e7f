using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Mien.Networks;

namespace Mien.Keras.Tests;

/// <summary>
/// Compares files written by HDF5's own library with outputs computed by NumPy; see <c>Files/make.py</c>.
/// </summary>
public sealed class FixtureTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Files");

    [Theory]
    [InlineData("fixed.h5", KerasFinalActivation.Softmax, "2.1.6")]
    [InlineData("variable.hdf5", KerasFinalActivation.Sigmoid, "2.4.0")]
    public void Files_of_hdf5s_own_library_give_the_outputs_of_numpy(string file, object end, string version)
    {
        KerasModel imported = KerasImporter.Load(Path.Combine(Folder, file));
        Assert.Equal(
            ((KerasFinalActivation)end, version, "tensorflow"),
            (imported.FinalActivation, imported.KerasVersion, imported.Backend)
        );

        double[] expected = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(Folder, "expected.json")))
            .RootElement.GetProperty(file)
            .Deserialize<double[]>()!;
        NetworkGraph graph = NetworkGraph.Build(imported.PredictingNetwork);
        float[] image = [.. Enumerable.Range(0, 120).Select(i => (((i / 10 * 7) + (i % 10 * 13)) % 32) / 32f)];
        using InferenceSession session = OnnxModel.Open(OnnxModel.Export(graph, imported.Weights));
        float[] output = OnnxModel.Run(session, graph, image);
        if ((KerasFinalActivation)end == KerasFinalActivation.Softmax)
        {
            Softmax.InPlace(output);
        }

        Check.All(expected.Zip(output), p => Assert.Equal(p.First, p.Second, 1e-4));
        Assert.True(expected.Distinct().Count() == 7 && expected.Max() - expected.Min() > 0.05);
    }
}
