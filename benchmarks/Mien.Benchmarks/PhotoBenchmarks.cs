using BenchmarkDotNet.Attributes;

namespace Mien.Benchmarks;

/// <summary>
/// From a photo's file bytes to its result, and the steps of it; the photo is named by MIEN_BENCHMARK_PHOTO. Exists for
/// times with error bounds and for what a photo allocates; <c>photo</c> of the program sets the same against bare runs
/// of the networks.
/// </summary>
[MemoryDiagnoser]
public class PhotoBenchmarks : IDisposable
{
    private FaceExpressionRecognizer? recognizer;
    private FaceDetector? detector;
    private Photo? photo;
    private byte[] file = [];
    private RecognitionOptions options = new();

    /// <summary>Whether parts of the photo are looked at too.</summary>
    [Params(Tiling.None, Tiling.Auto)]
    public Tiling Tiles { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string path =
            Environment.GetEnvironmentVariable("MIEN_BENCHMARK_PHOTO")
            ?? throw new InvalidOperationException(
                "Name a photo in MIEN_BENCHMARK_PHOTO, such as "
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
