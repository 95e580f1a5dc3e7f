namespace Mien.Video.Benchmarks;

/// <summary>The largest difference of a time from that of ffprobe, and whether each frame is the right one.</summary>
internal static class TimeTable
{
    private static readonly MadeClip Plain = new() { Frames = 100 };

    private static readonly (string Name, MadeClip Clip)[] Clips =
    [
        ("MP4, B-frames", Plain),
        ("MP4, 29.97 frames per second, sound", Plain with { Rate = 30000, RateDivisor = 1001, HasAudio = true }),
        ("MP4, variable rate", Plain with { Durations = [20, 40, 100, 33, 7] }),
        ("MP4, start at 1.5 s", Plain with { Start = 1.5 }),
        ("MOV, rotated by 90°", Plain with { Container = "mov", Rotation = 90 }),
        ("MKV, variable rate", Plain with { Durations = [20, 400, 7], Container = "mkv" }),
        ("TS, start at 2 h", Plain with { Start = 7200, Container = "ts" }),
        ("AVI, MPEG-4", Plain with { Container = "avi", Codec = "mpeg4" }),
    ];

    public static async Task WriteAsync()
    {
        Markdown.Heading("Times against ffprobe");
        Markdown.Head("clip", "frames", "lost or invented", "largest difference in µs");
        foreach ((string name, MadeClip clip) in Clips)
        {
            MadeClipFile file = MadeClips.File(clip);
            int frames = 0;
            int wrong = 0;
            double largest = 0;
            await using VideoReader reader = await VideoReader.OpenAsync(
                file.Path,
                new VideoOptions { FramesPerSecond = null }
            );
            await foreach (VideoFrame frame in reader.ReadFramesAsync())
            {
                using (frame)
                {
                    wrong += frame.Number == frames && FrameCounter.Read(frame.Photo) == frames ? 0 : 1;
                    TimeSpan truth = file.Truth.Frames[(int)frame.Number].Time;
                    largest = Math.Max(largest, Math.Abs((frame.Time - truth).TotalMicroseconds));
                    frames++;
                }
            }

            wrong += Math.Abs(clip.Frames - frames);
            Markdown.Row(name, $"{frames}", $"{wrong}", Markdown.Number(largest));
        }
    }
}
