namespace Mien.Adaptation;

/// <summary>
/// An adapted model: an ordinary model file with one head, and the report of its adaptation. Immutable and thread-safe.
/// </summary>
public sealed class AdaptedModel
{
    private readonly byte[] bytes;

    internal AdaptedModel(byte[] bytes, ModelContract contract, AdaptationReport report)
    {
        this.bytes = bytes;
        Contract = contract;
        Report = report;
    }

    /// <summary>The contract in the file.</summary>
    public ModelContract Contract { get; }

    /// <summary>What the model was adapted to and what that gained.</summary>
    public AdaptationReport Report { get; }

    /// <summary>Gets the model file.</summary>
    /// <returns>A copy of the bytes of the ONNX file.</returns>
    public byte[] ToBytes() => [.. bytes];

    /// <summary>Writes the model file to a stream.</summary>
    /// <param name="stream">A writable stream; left open.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(bytes);
    }

    /// <summary>
    /// Writes the model file. The file is replaced only when the new one is complete: after an interruption or an error
    /// the old one is still there. Missing folders are created.
    /// </summary>
    /// <param name="path">The file, by convention with the extension .onnx.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        OutputFile.WriteBytes(path, bytes);
    }

    /// <summary>Loads the model for face crops.</summary>
    /// <param name="options">Options of inference; <see langword="null"/> uses the defaults.</param>
    /// <returns>A classifier, which the caller disposes.</returns>
    public ExpressionClassifier Load(ClassifierOptions? options = null)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return ExpressionClassifier.Load(stream, options, Contract.Name);
    }
}
