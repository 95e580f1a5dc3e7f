using System.Diagnostics;
using System.Globalization;
using SkiaSharp;

namespace Mien.Benchmarks;

/// <summary>
/// Measures each step from photo to result, and compares the sum with the same decode call and the same number of bare
/// runs of the two networks in the same process. Photos are read from the given paths (for example the six of
/// @vladmandic/face-api).
/// </summary>
internal static class PhotoReport
{
    /// <summary>Measures one photo, step by step.</summary>
    public static void Photo(string path, int threads, int rounds)
    {
        var inference = new ClassifierOptions { Threads = threads, Spinning = false };
        byte[] file = File.ReadAllBytes(path);
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Inference = inference }
        );
        using FaceDetector detector = FaceDetector.Load(DetectorModel.Back, inference);
        using var photo = Mien.Photo.Decode(file);
        Write(
            $"{Stopwatches.Machine()}; {(threads == 0 ? "default" : threads)} "
                + $"threads; {Path.GetFileName(path)}, {photo.Width}×{photo.Height}, {file.Length / 1024} KB; "
                + $"model {recognizer.Contract.Name}; medians of {rounds} rounds, ms"
        );
        Write($"");
        Write(
            $"| tiles | faces | detector runs | decode | detect | crop | classify | photo to result | decode "
                + $"call + bare runs | ratio | allocated |"
        );
        Write($"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Tiling tiles in new[] { Tiling.None, Tiling.Auto })
        {
            var options = new RecognitionOptions { Detection = new DetectionOptions { Tiles = tiles } };
            RecognitionResult result = recognizer.Recognize(file, options: options);
            int count = result.Faces.Count;
            ModelContract contract = recognizer.Contract;
            int size = contract.Width * contract.Height;
            byte[] crops = new byte[count * size];
            float[] probabilities = new float[count * contract.Labels.Count];
            using ExpressionClassifier classifier = ExpressionClassifier.Load(BuiltInModels.Default, inference);
            using var bareDetector = new BareModel("Mien.BlazeFace.back.onnx", 1, inference);
            using var bareClassifier = new BareModel($"Mien.Models.{BuiltInModels.Default}.onnx", count, inference);
            double[] t = Stopwatches.Interleaved(
                rounds,
                () => Mien.Photo.Decode(file).Dispose(),
                () => detector.Detect(photo, options.Detection),
                () =>
                {
                    for (int i = 0; i < count; i++)
                    {
                        FaceCropper.Crop(
                            photo,
                            result.Faces[i].Box,
                            result.Faces[i].Roll,
                            FaceFraming.Of(DetectorModel.Back),
                            contract,
                            crops.AsSpan(i * size, size)
                        );
                    }
                },
                () => classifier.Classify(crops, count, probabilities),
                () => recognizer.Recognize(file, options: options),
                () => BareDecode(file),
                () =>
                {
                    for (int i = 0; i < result.DetectorRuns; i++)
                    {
                        bareDetector.Run();
                    }
                },
                bareClassifier.Run
            );
            double bare = t[5] + t[6] + t[7];
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 10; i++)
            {
                recognizer.Recognize(file, options: options);
            }

            double allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / 10.0;
            Write(
                $"| {tiles.ToString().ToLowerInvariant()} | {count} | {result.DetectorRuns} "
                    + $"| {t[0] * 1000:0.0} | {t[1] * 1000:0.0} | {t[2] * 1000:0.0} | {t[3] * 1000:0.0} | "
                    + $"**{t[4] * 1000:0.0}** | {t[5] * 1000:0.0} + {t[6] * 1000:0.0} + {t[7] * 1000:0.0} "
                    + $"= {bare * 1000:0.0} | **{t[4] / bare:0.00}** | {allocated / 1024:0} KB |"
            );
        }
    }

    /// <summary>Measures photos per second over several photos, repeatedly, with one thread and with two.</summary>
    public static void Folder(IReadOnlyList<string> paths, TimeSpan time)
    {
        Write($"{Stopwatches.Machine()}; {paths.Count} photos, files in the system cache");
        Write($"");
        Write($"| tiles | threads | photos/s | ms per photo |");
        Write($"| --- | ---: | ---: | ---: |");
        foreach (Tiling tiles in new[] { Tiling.None, Tiling.Auto })
        {
            foreach (int threads in new[] { 1, 2 })
            {
                using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
                    new RecognizerOptions
                    {
                        Inference = new ClassifierOptions { Threads = 1 },
                        Detection = new DetectionOptions { Tiles = tiles },
                    }
                );
                foreach (string path in paths)
                {
                    recognizer.Recognize(path);
                }

                var clock = Stopwatch.StartNew();
                int next = -1;
                int done = 0;
                Parallel.For(
                    0,
                    threads,
                    new ParallelOptions { MaxDegreeOfParallelism = threads },
                    _ =>
                    {
                        while (clock.Elapsed < time)
                        {
                            recognizer.Recognize(paths[Interlocked.Increment(ref next) % paths.Count]);
                            Interlocked.Increment(ref done);
                        }
                    }
                );
                double rate = done / clock.Elapsed.TotalSeconds;
                Write($"| {tiles.ToString().ToLowerInvariant()} | {threads} | {rate:0.0} | {1000 / rate:0.0} |");
            }
        }
    }

    /// <summary>Measures the memory of the process while it handles photos.</summary>
    public static void Memory(IReadOnlyList<string> paths, int photos)
    {
        Write($"{Stopwatches.Machine()}; {photos} photos, two threads, tiles none");
        Write($"");
        Write($"| photos | resident MB | managed heap MB |");
        Write($"| ---: | ---: | ---: |");
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions
            {
                Inference = new ClassifierOptions { Threads = 1 },
                Detection = new DetectionOptions { Tiles = Tiling.None },
            }
        );
        int done = 0;
        foreach (int mark in new[] { 100, 1000, photos / 2, photos }.Where(m => m <= photos).Distinct().Order())
        {
            Parallel.For(
                done,
                mark,
                new ParallelOptions { MaxDegreeOfParallelism = 2 },
                i => recognizer.Recognize(paths[i % paths.Count])
            );
            done = mark;
            using var process = Process.GetCurrentProcess();
            Write(
                $"| {done:#,0} | {process.WorkingSet64 / 1048576.0:0} "
                    + $"| {GC.GetTotalMemory(forceFullCollection: false) / 1048576.0:0} |"
            );
        }
    }

    private static unsafe void BareDecode(byte[] file)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            throw new InvalidOperationException("The photo cannot be decoded.");
        }
    }

    private static void Write(string line) => Console.WriteLine(line);
}
