using Microsoft.ML.OnnxRuntime;

namespace Mien.Benchmarks;

/// <summary>
/// The reference: a float matrix product of 2048×2048×2048 through ONNX Runtime, with the same threads and options as
/// the classifier. The right matrix is constant, like weights, so that ONNX Runtime packs it in advance.
/// </summary>
internal sealed class GemmSession : IDisposable
{
    private const int Side = 2048;

    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly OrtValue[] left;
    private readonly OrtValue[] product;

    public GemmSession(int threads)
    {
        var random = new Random(1);
        float[] a = [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle() - 0.5f)];
        float[] b = [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle() - 0.5f)];
        byte[] model = new OnnxBuilder()
            .Input("a", Side, Side)
            .Output("c", Side, Side)
            .Weights("b", [Side, Side], b)
            .Node("MatMul", ["a", "b"], "c")
            .Build();
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        session = new InferenceSession(model, options);
        left = [OrtValue.CreateTensorValueFromMemory(a, [Side, Side])];
        product = [OrtValue.CreateTensorValueFromMemory(new float[Side * Side], [Side, Side])];
    }

    /// <summary>Floating-point operations per run: one multiplication and one addition per product.</summary>
    public static double Operations => 2.0 * Side * Side * Side;

    public void Run() => session.Run(runOptions, ["a"], left, ["c"], product);

    public void Dispose()
    {
        left[0].Dispose();
        product[0].Dispose();
        runOptions.Dispose();
        session.Dispose();
    }
}
