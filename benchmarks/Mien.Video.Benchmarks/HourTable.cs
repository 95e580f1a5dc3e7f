using System.Diagnostics;

namespace Mien.Video.Benchmarks;

/// <summary>The memory of this process and of ffmpeg over a long video, which a short one is repeated for.</summary>
internal static class HourTable
{
    public static async Task WriteAsync(double minutes, double? rate)
    {
        const double part = 20;
        using var folder = new TempFolder();
        string path = folder["hour.mp4"];
        int repeated = Math.Max(0, (int)Math.Round(minutes * 60 / part) - 1);
        string made = MadeClips.File(BenchmarkClips.Speed(1280, 1, part)).Path;
        Ffmpeg.Run([.. (string[])["-stream_loop", $"{repeated}", "-i", made, "-c", "copy", path]]);
        string sampled = rate is { } n ? $"{Markdown.Number(n)} a second" : "every frame";
        Markdown.Heading(
            $"Memory over {Markdown.Number(minutes)} minutes, 1280×720, one face, `tiny`, {sampled}: resident MB"
        );
        Markdown.Head("minute", "this process", "its peak so far", "managed heap", "ffmpeg");
        using VideoRecognizer recognizer = VideoRecognizer.Create(new RecognizerOptions { Model = "tiny" });
        var watch = Stopwatch.StartNew();
        double peak = 0;
        double next = 0;
        TimeSpan last = TimeSpan.Zero;
        double step = Math.Max(minutes / 12, 1 / 60.0);
        await foreach (
            FrameResult frame in recognizer.RecognizeAsync(path, new VideoOptions { FramesPerSecond = rate })
        )
        {
            last = frame.Time;
            double now = Megabytes(Environment.WorkingSet);
            peak = Math.Max(peak, now);
            if (frame.Time.TotalMinutes >= next)
            {
                next += step;
                Markdown.Row(
                    Markdown.Number(frame.Time.TotalMinutes),
                    Markdown.Number(now),
                    Markdown.Number(peak),
                    Markdown.Number(Megabytes(GC.GetTotalMemory(forceFullCollection: false))),
                    Markdown.Number(Children())
                );
            }
        }

        Markdown.Line($"");
        Markdown.Line(
            $"Peak of this process: {peak:0} MB; {last.TotalSeconds:0} s of video in {watch.Elapsed.TotalSeconds:0} s."
        );
    }

    /// <summary>
    /// The largest ffmpeg on this machine: it is the one that this process started, if no other runs.
    /// </summary>
    private static double Children()
    {
        Process[] running = Process.GetProcessesByName("ffmpeg");
        double largest = running.Select(p => Megabytes(p.WorkingSet64)).DefaultIfEmpty().Max();
        foreach (Process process in running)
        {
            process.Dispose();
        }

        return largest;
    }

    private static double Megabytes(long bytes) => bytes / 1e6;
}
