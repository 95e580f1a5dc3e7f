using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>Reads a video as its frames with their times.</summary>
internal static class VideoPixels
{
    /// <summary>Reads all frames; small videos only.</summary>
    public static async Task<IReadOnlyList<(TimeSpan Time, byte[] Pixels)>> ReadAsync(
        string path,
        VideoOptions? options = null
    )
    {
        var frames = new List<(TimeSpan, byte[])>();
        VideoReader reader = await VideoReader.OpenAsync(
            path,
            (options ?? new VideoOptions()) with
            {
                FramesPerSecond = null,
            }
        );
        await using (reader)
        {
            await foreach (VideoFrame frame in reader.ReadFramesAsync())
            {
                using (frame)
                {
                    frames.Add((frame.Time, frame.Photo.Rgba.ToArray()));
                }
            }
        }

        return frames;
    }
}
