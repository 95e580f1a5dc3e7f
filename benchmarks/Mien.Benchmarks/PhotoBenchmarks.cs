using BenchmarkDotNet.Attributes;

namespace Mien.Benchmarks;

/// <summary>
/// The time from a photo's file bytes to its result, and of each step. The environment variable MIEN_BENCHMARK_PHOTO
/// names the photo. Gives times with error bounds, and the allocations per photo; the <c>photo</c> command of this
/// program compares them with bare runs of the networks.
/// </summary>
[MemoryDiagnoser]
public class PhotoBenchmarks : IDisposable
{
    private FaceExpressionRecognizer? recognizer;
    private FaceDetector? detector;
    private Photo? photo;
    private byte[] file = [];
    private RecognitionOptions options = new();

    /// <summary>Whether the detector also runs on tiles of the photo.</summary>
    [Params(Tiling.None, Tiling.Auto)]
    public Tiling Tiles { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string path =
            Environment.GetEnvironmentVariable("MIEN_BENCHMARK_PHOTO")
            ?? throw new InvalidOperationException(
                "Set MIEN_BENCHMARK_PHOTO to a photo, such as "
                    + "tests/photos/node_modules/@vladmandic/face-api/demo/sample1.jpg."
            );
        file = File.ReadAllBytes(path);
        recognizer = FaceExpressionRecognizer.Create();
        detector = FaceDetector.Load();
        photo = Photo.Decode(file);
        options = new RecognitionOptions { Detection = new DetectionOptions { Tiles = Tiles } };
    }

    [Benchmark]
    public void Decode() => Photo.Decode(file).Dispose();

    [Benchmark]
    public int Detect() => detector!.Detect(photo!, options.Detection).Count;

    [Benchmark(Baseline = true)]
    public int PhotoToResult() => recognizer!.Recognize(file, options: options).Faces.Count;

    [GlobalCleanup]
    public void Dispose()
    {
        recognizer?.Dispose();
        detector?.Dispose();
        photo?.Dispose();
        GC.SuppressFinalize(this);
    }
}
