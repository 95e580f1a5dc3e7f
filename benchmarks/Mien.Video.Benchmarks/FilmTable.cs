using System.Diagnostics;

namespace Mien.Video.Benchmarks;

/// <summary>How fast films are written, and how large they are, against ffmpeg alone with the same settings.</summary>
internal static class FilmTable
{
    private static readonly int[] Widths = [640, 1280, 1920];

    public static async Task WriteAsync(double seconds, int rounds)
    {
        Markdown.Heading($"Films: frames per second, clips of {Markdown.Number(seconds)} s, median of {rounds}");
        Markdown.Head("width", "`ffmpeg` decodes and encodes", "frames read and written", "KB", "KB");
        using var folder = new TempFolder();
        foreach (int width in Widths)
        {
            MadeClip clip = BenchmarkClips.Speed(width, 1, seconds) with { HasAudio = true };
            string source = MadeClips.File(clip).Path;
            string alone = folder["alone.mp4"];
            string film = folder["film.mp4"];
            double direct = await Measured(() => Task.Run(() => Encode(source, alone)), clip.Frames, rounds);
            double written = await Measured(() => Write(source, film), clip.Frames, rounds);
            Markdown.Row(
                $"{width}",
                Markdown.Number(Math.Round(direct)),
                Markdown.Number(Math.Round(written)),
                Markdown.Number(new FileInfo(alone).Length / 1000),
                Markdown.Number(new FileInfo(film).Length / 1000)
            );
        }
    }

    private static void Encode(string source, string film) =>
        Ffmpeg.Run([
            "-i",
            $"file:{source}",
            .. Ffmpeg.Passthrough,
            .. (string[])["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "50", "-bf", "0"],
            .. (string[])["-pix_fmt", "yuv420p", "-c:a", "copy", "-movflags", "+faststart"],
            $"file:{film}",
        ]);

    private static async Task Write(string source, string film)
    {
        var options = new VideoOptions { FramesPerSecond = null };
        await using VideoReader reader = await VideoReader.OpenAsync(source, options);
        await using FilmWriter writer = await FilmWriter.CreateAsync(reader, source, film, null, default);
        byte[] pixels = new byte[writer.Width * writer.Height * 4];
        await foreach (VideoFrame frame in reader.ReadFramesAsync())
        {
            using (frame)
            {
                frame.Photo.Rgba.CopyTo(pixels);
                await writer.WriteAsync(pixels, frame.Time, default);
            }
        }

        await writer.CompleteAsync(default);
    }

    private static async Task<double> Measured(Func<Task> run, int frames, int rounds)
    {
        var times = new List<double>();
        for (int i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            await run();
            times.Add(watch.Elapsed.TotalSeconds);
        }

        times.Sort();
        return frames / times[times.Count / 2];
    }
}
