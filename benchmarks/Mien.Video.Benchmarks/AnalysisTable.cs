using System.Diagnostics;

namespace Mien.Video.Benchmarks;

/// <summary>
/// What the analysis takes without decoding: made frames of 1280×720 with one face that moves. The processor time
/// depends less on other work on the machine than the time that passes.
/// </summary>
internal static class AnalysisTable
{
    private const int Width = 1280,
        Height = 720,
        Frames = 150;

    public static async Task WriteAsync()
    {
        byte[][] pictures = [.. Enumerable.Range(0, 25).Select(Picture)];
        byte[][] empty = [.. pictures.Select(_ => Rgba(MadePhotos.Empty(Width, Height)))];
        Markdown.Heading($"Analysis alone: {Width}×{Height}, {Frames} frames");
        Markdown.Head(
            "frames",
            "detector runs per frame",
            "processor time per frame, ms",
            "time per frame, ms",
            "frames per second"
        );
        foreach (string model in (string[])["tiny", "default"])
        {
            await Row($"`{model}`, one face, every frame at 25 a second", model, pictures, 25);
            await Row($"`{model}`, one face, 5 a second", model, pictures, 5);
        }

        await Row("`default`, no face, every frame at 25 a second", "default", empty, 25);
        await Row("`default`, no face, 5 a second", "default", empty, 5);
    }

    private static async Task Row(string name, string model, byte[][] pictures, double rate)
    {
        using VideoRecognizer recognizer = VideoRecognizer.Create(new RecognizerOptions { Model = model });
        await Analyse(recognizer, pictures, 25, rate);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        int runs = await Analyse(recognizer, pictures, Frames, rate);
        double time = watch.Elapsed.TotalMilliseconds / Frames;
        double cpu = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Frames;
        Markdown.Row(
            name,
            Markdown.Number((double)runs / Frames),
            Markdown.Number(cpu),
            Markdown.Number(time),
            Markdown.Number(1000 / time)
        );
    }

    private static async Task<int> Analyse(VideoRecognizer recognizer, byte[][] pictures, int count, double rate)
    {
        int runs = 0;
        await foreach (FrameResult frame in recognizer.RecognizeFramesAsync(Made(pictures, count, rate)))
        {
            runs += frame.DetectorRuns;
        }

        return runs;
    }

    private static async IAsyncEnumerable<VideoFrame> Made(byte[][] pictures, int count, double rate)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = PixelPool.Rent(Width * Height * 4);
            pictures[i % pictures.Length].CopyTo(pixels.AsSpan());
            await Task.Yield();
            yield return new VideoFrame(
                new Photo(Width, Height, Width, Height, pixels),
                i,
                TimeSpan.FromSeconds(i / rate)
            );
        }
    }

    private static byte[] Picture(int i) =>
        Rgba(MadePhotos.Canvas(Width, Height, new MadeFace("happiness", 300 + (8 * i), 200 + (4 * i), 240)));

    private static byte[] Rgba(GrayImage image)
    {
        using Photo photo = MadePhotos.Photo(image);
        return photo.Rgba.ToArray();
    }
}
