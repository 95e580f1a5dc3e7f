using System.Globalization;

namespace Mien.Lab;

/// <summary>
/// Opens a model so that the library returns the raw values of one of its outputs: the contract in memory has a made
/// label for every column.
/// </summary>
internal static class RawModel
{
    /// <summary>The metadata of a copy whose output is read raw.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="output">The name of the output.</param>
    /// <param name="columns">The number of its columns.</param>
    public static IReadOnlyDictionary<string, string> Metadata(ModelContract contract, string output, int columns) =>
        new Dictionary<string, string> { [ModelContract.MetadataKey] = Contract(contract, output, columns).ToJson() };

    /// <summary>The contract of such a copy.</summary>
    public static ModelContract Contract(ModelContract contract, string output, int columns) =>
        new()
        {
            Name = contract.Name,
            Width = contract.Width,
            Height = contract.Height,
            Channels = contract.Channels,
            Scale = contract.Scale,
            Offset = contract.Offset,
            Resize = contract.Resize,
            InputName = contract.InputName,
            OutputName = output,
            Labels =
            [
                .. Enumerable.Range(0, columns).Select(i => string.Create(CultureInfo.InvariantCulture, $"column {i}")),
            ],
        };

    /// <summary>Opens the bytes of a model.</summary>
    /// <param name="model">An ONNX file with such metadata.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="threads">Threads of the network; 0: one per core.</param>
    public static ExpressionClassifier Open(byte[] model, string source, int threads) =>
        ExpressionClassifier.Load(new MemoryStream(model), new ClassifierOptions { Threads = threads }, source);
}
