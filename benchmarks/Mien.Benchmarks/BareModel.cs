using Microsoft.ML.OnnxRuntime;

namespace Mien.Benchmarks;

/// <summary>
/// A network run with nothing around it: the same file, threads and options as in the library, constant input.
/// </summary>
internal sealed class BareModel : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly OrtValue[] inputs;
    private readonly OrtValue[] outputs;

    /// <summary>Opens a network inside the library.</summary>
    /// <param name="resource">Its name in the assembly.</param>
    /// <param name="batch">What stands for the open first side.</param>
    /// <param name="options">Threads and spinning.</param>
    public BareModel(string resource, int batch, ClassifierOptions options)
    {
        using Stream stream =
            typeof(FaceDetector).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The library holds no {resource}.");
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
