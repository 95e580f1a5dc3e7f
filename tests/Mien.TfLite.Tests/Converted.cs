using Microsoft.ML.OnnxRuntime;

namespace Mien.TfLite.Tests;

/// <summary>A converted network in ONNX Runtime.</summary>
internal sealed class Converted(byte[] onnx) : IDisposable
{
    private readonly InferenceSession session = OnnxModel.Open(onnx);

    public static Converted Of(ReadOnlyMemory<byte> file) => new(TfLiteConverter.Convert(file));

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => session.OutputMetadata;

    /// <summary>Runs the network on one or more inputs.</summary>
    /// <returns>The values of all outputs, input by input.</returns>
    public float[] Run(float[] inputs)
    {
        (string name, NodeMetadata input) = session.InputMetadata.Single();
        long[] shape = [.. input.Dimensions.Select(d => (long)d)];
        int length = input.Dimensions.Aggregate(1, (a, b) => a * b);
        using var options = new RunOptions();
        var results = new List<float>();
        foreach (float[] values in inputs.Chunk(length))
        {
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(values, shape);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
                options,
                [name],
                [value],
                session.OutputNames
            );
            foreach (OrtValue output in outputs)
            {
                results.AddRange(output.GetTensorDataAsSpan<float>());
            }
        }

        return [.. results];
    }

    public void Dispose() => session.Dispose();
}
