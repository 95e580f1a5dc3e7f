using System.CommandLine;
using System.Globalization;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The ONNX file that <c>export</c> and <c>import</c> write from network, weights and contract.</summary>
internal static class ModelFile
{
    public static Option<bool> HalfOption() =>
        new("--half")
        {
            Description =
                "Store the weights in half precision, which halves the file. Computation stays in single precision.",
        };

    /// <summary>The output with class activation maps; <c>null</c> if the network cannot have one.</summary>
    public static ClassMapOutput? MapsOf(NetworkGraph graph) =>
        graph.ClassMaps is not { } maps
            ? null
            : new ClassMapOutput
            {
                Name = "maps",
                Top = (float)maps.Top,
                Left = (float)maps.Left,
                Step = maps.Step,
            };

    /// <summary>The name of the output with the features.</summary>
    public const string Features = "features";

    /// <summary>The output with the features; <c>null</c> if the network cannot have one.</summary>
    public static string? FeaturesOf(NetworkGraph graph) => graph.FeatureCount > 0 ? Features : null;

    /// <summary>Writes a graph with its weights, its contract and the crop normalisation in it.</summary>
    public static void Write(string file, bool half, NetworkGraph graph, NetworkWeights weights, ModelContract contract)
    {
        using OutputStream stream = OutputStream.Open(file, file, FileMode.Create, FileShare.None);
        OnnxExporter.Write(
            graph,
            weights,
            stream,
            new OnnxExportOptions
            {
                HalfPrecisionWeights = half,
                InputName = contract.InputName,
                OutputName = contract.OutputName,
                MapsOutputName = contract.Maps?.Name,
                FeaturesOutputName = contract.FeaturesName,
                Normalisation = CropNormaliser.Of(contract.CropNormalisation, contract.Scale, contract.Offset),
                Metadata = new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() },
            }
        );
    }

    /// <summary>The bytes of a built-in model or an ONNX file that can be loaded.</summary>
    public static byte[] Read(string model)
    {
        using Stream stream = BuiltInModels.Names.Contains(model) ? BuiltInModels.Open(model) : File.OpenRead(model);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>A file's size as text.</summary>
    public static string Size(string file)
    {
        long bytes = new FileInfo(file).Length;
        return bytes < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
    }
}
