using System.Diagnostics;

namespace Mien.Video.Benchmarks;

/// <summary>How many times faster than real time videos are analysed.</summary>
internal static class SpeedTables
{
    private static readonly int[] Widths = [640, 1280, 1920];
    private static readonly string[] Models = ["tiny", "default"];

    public static async Task WriteAsync(double seconds, int rounds)
    {
        Markdown.Heading($"Speed: × real time, clips of {Markdown.Number(seconds)} s, median of {rounds}");
        Markdown.Head([
            "width, faces",
            "`ffmpeg -f null`",
            "frames read",
            .. Models.SelectMany(m => (string[])[$"`{m}` every frame", "bare loop", $"`{m}` 5 a second", "bare loop"]),
        ]);
        foreach (int width in Widths)
        {
            foreach (int faces in (int[])[1, 2])
            {
                string path = MadeClips.File(BenchmarkClips.Speed(width, faces, seconds)).Path;
                var cells = new List<string>
                {
                    $"{width}, {faces}",
                    await Measured(
                        () =>
                        {
                            Ffmpeg.Run(["-i", path, "-f", "null", "-"]);
                            return Task.CompletedTask;
                        },
                        seconds,
                        rounds
                    ),
                    await Measured(() => Read(path), seconds, rounds),
                };
                foreach (string model in Models)
                {
                    foreach (double? rate in (double?[])[null, 5])
                    {
                        var options = new VideoOptions { FramesPerSecond = rate };
                        using VideoRecognizer video = VideoRecognizer.Create(new RecognizerOptions { Model = model });
                        cells.Add(await Measured(() => Analyse(video, path, options), seconds, rounds));
                        using FaceExpressionRecognizer photos = FaceExpressionRecognizer.Create(
                            new RecognizerOptions { Model = model }
                        );
                        cells.Add(await Measured(() => Loop(photos, path, options), seconds, rounds));
                    }
                }

                Markdown.Row(cells);
            }
        }
    }

    private static async Task Read(string path)
    {
        await using VideoReader reader = await VideoReader.OpenAsync(path, new VideoOptions { FramesPerSecond = null });
        await foreach (VideoFrame frame in reader.ReadFramesAsync())
        {
            frame.Dispose();
        }
    }

    private static async Task Analyse(VideoRecognizer recognizer, string path, VideoOptions options)
    {
        int faces = 0;
        await foreach (FrameResult frame in recognizer.RecognizeAsync(path, options))
        {
            faces += frame.Faces.Count;
        }

        Trace.Assert(faces > 0);
    }

    /// <summary>What a program does that has a decoder and a recognizer for photos.</summary>
    private static async Task Loop(FaceExpressionRecognizer recognizer, string path, VideoOptions options)
    {
        await using VideoReader reader = await VideoReader.OpenAsync(path, options);
        await foreach (VideoFrame frame in reader.ReadFramesAsync())
        {
            using (frame)
            {
                recognizer.Recognize(frame.Photo);
            }
        }
    }

    /// <summary>The median of several runs after one that is not counted.</summary>
    private static async Task<string> Measured(Func<Task> run, double seconds, int rounds)
    {
        if (rounds > 1)
        {
            await run();
        }

        var times = new List<double>();
        for (int i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            await run();
            times.Add(watch.Elapsed.TotalSeconds);
        }

        times.Sort();
        return Markdown.Number(seconds / times[times.Count / 2]);
    }
}
