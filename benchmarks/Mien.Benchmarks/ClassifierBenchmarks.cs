using BenchmarkDotNet.Attributes;

namespace Mien.Benchmarks;

/// <summary>
/// The time per call of <see cref="ExpressionClassifier"/> on images of the model's size, from gray pixels to
/// probabilities. Shows the overhead of the library over ONNX Runtime, and the gain from batches. Decoding, resizing
/// and face detection are not measured. On a busy machine the figures mean little.
/// </summary>
[MemoryDiagnoser]
public class ClassifierBenchmarks : IDisposable
{
    private ExpressionClassifier? classifier;
    private byte[] pixels = [];
    private float[] probabilities = [];

    /// <summary>The measured models.</summary>
    public static IEnumerable<string> Models => ModelFiles.Default;

    /// <summary>A file or the name of a built-in model.</summary>
    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    /// <summary>The number of images per call.</summary>
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
