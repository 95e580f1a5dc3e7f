using BenchmarkDotNet.Attributes;

namespace Mien.Benchmarks;

/// <summary>
/// Time a call of <see cref="ExpressionClassifier"/> on images of the model's size, the whole way from gray pixels to
/// probabilities. Exists to see whether the library adds to what ONNX Runtime takes, and what a batch gains. Does not
/// measure decoding, resizing or face detection. With other work on the processor the figures mean little.
/// </summary>
[MemoryDiagnoser]
public class ClassifierBenchmarks : IDisposable
{
    private ExpressionClassifier? classifier;
    private byte[] pixels = [];
    private float[] probabilities = [];

    /// <summary>The models, one after another.</summary>
    public static IEnumerable<string> Models => ModelFiles.Default;

    /// <summary>A file, or a built-in model's name.</summary>
    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    /// <summary>Images a call.</summary>
    [Params(1, 64)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        classifier = ExpressionClassifier.Load(Model);
        pixels = new byte[Batch * classifier.Contract.Width * classifier.Contract.Height];
        new Random(1).NextBytes(pixels);
        probabilities = new float[Batch * classifier.Contract.Labels.Count];
    }

    [Benchmark]
    public void Classify() => classifier!.Classify(pixels, Batch, probabilities);

    [GlobalCleanup]
    public void Dispose()
    {
        classifier?.Dispose();
        GC.SuppressFinalize(this);
    }
}
