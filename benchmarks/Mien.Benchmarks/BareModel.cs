using Microsoft.ML.OnnxRuntime;

namespace Mien.Benchmarks;

/// <summary>Runs a network without the library around it: the same file, threads and options, constant input.</summary>
internal sealed class BareModel : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly OrtValue[] inputs;
    private readonly OrtValue[] outputs;

    /// <summary>Opens a network that is embedded in the library.</summary>
    /// <param name="resource">The name of the resource.</param>
    /// <param name="batch">The value of the open batch dimension.</param>
    /// <param name="options">Threads and spinning.</param>
    public BareModel(string resource, int batch, ClassifierOptions options)
    {
        using Stream stream =
            typeof(FaceDetector).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The library has no resource {resource}.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        session = SessionFactory.Create(bytes, resource, options, InferenceDevice.Cpu);
        inputs = [.. session.InputMetadata.Values.Select(Make)];
        outputs = [.. session.OutputMetadata.Values.Select(Make)];

        OrtValue Make(NodeMetadata node)
        {
            long[] shape = [.. node.Dimensions.Select(d => (long)(d < 0 ? batch : d))];
            return OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate(1L, (a, b) => a * b)], shape);
        }
    }

    public void Run() => session.Run(runOptions, session.InputNames, inputs, session.OutputNames, outputs);

    public void Dispose()
    {
        foreach (OrtValue value in inputs.Concat(outputs))
        {
            value.Dispose();
        }

        runOptions.Dispose();
        session.Dispose();
    }
}
