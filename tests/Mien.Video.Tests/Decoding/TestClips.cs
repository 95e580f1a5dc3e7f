using System.Diagnostics;
using System.Globalization;

namespace Mien.Video.Tests.Decoding;

/// <summary>Makes small clips with ffmpeg in which every frame shows its number as 16 white or black squares.</summary>
internal static class TestClips
{
    private const int Bits = 16;
    private const int Side = 16;

    /// <summary>The size of the frames.</summary>
    public const int Width = Bits * Side;
    public const int Height = 96;

    /// <summary>Draws the number of the frame; the lowest bit is on the left.</summary>
    private const string Counter =
        "geq=lum='if(lt(Y,16),235*mod(floor(N/pow(2,floor(X/16))),2),90+40*sin((X+Y+4*N)/20))':cb=128:cr=128";

    /// <summary>Skips the test if there is no ffmpeg.</summary>
    public static void Need()
    {
        if (Which("ffmpeg") is null || Which("ffprobe") is null)
        {
            Requirements.Missing(
                Requirements.Ffmpeg,
                "ffmpeg and ffprobe were not found, so videos were not tested. Install them (apt-get install ffmpeg)."
            );
        }
    }

    /// <summary>Finds a program on the PATH.</summary>
    public static string? Which(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
            .FirstOrDefault(File.Exists);

    /// <summary>Makes a clip with a counter.</summary>
    /// <param name="path">The file, whose extension decides the format.</param>
    /// <param name="frames">How many frames.</param>
    /// <param name="rate">Frames per second.</param>
    /// <param name="more">More options of the output.</param>
    /// <param name="filter">A filter behind the counter.</param>
    /// <param name="sound">Whether there is sound, and for how many seconds.</param>
    public static string Make(
        string path,
        int frames,
        string rate = "25",
        string[]? more = null,
        string? filter = null,
        double? sound = null
    )
    {
        string source = $"color=gray:size={Width}x{Height}:rate={rate},format=yuv420p,{Counter}";
        string[] audio = sound is { } seconds
            ? ["-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"sine=duration={seconds}")]
            : [];
        Ffmpeg([
            "-f",
            "lavfi",
            "-i",
            source,
            .. audio,
            "-frames:v",
            frames.ToString(CultureInfo.InvariantCulture),
            "-vf",
            filter ?? "null",
            .. Path.GetExtension(path) is ".gif" ? (string[])[] : ["-c:v", "libx264", "-preset", "ultrafast"],
            "-g",
            "10",
            "-fps_mode",
            "passthrough",
            .. more ?? [],
            "file:" + path,
        ]);
        return path;
    }

    /// <summary>Runs ffmpeg.</summary>
    public static void Ffmpeg(params string[] arguments) =>
        Run("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments]);

    /// <summary>The times of all frames as ffprobe prints them.</summary>
    public static string[] Times(string path) =>
        Run(
                "ffprobe",
                [
                    "-v",
                    "quiet",
                    "-select_streams",
                    "v:0",
                    "-show_entries",
                    "frame=best_effort_timestamp_time",
                    "-of",
                    "csv=p=0",
                    "file:" + path,
                ]
            )
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim().TrimEnd(','))
            .Where(line => line.Length > 0)
            .ToArray();

    /// <summary>Prints a time as ffprobe does.</summary>
    public static string Text(TimeSpan time) =>
        ((decimal)time.Ticks / TimeSpan.TicksPerSecond).ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>Reads the number that a frame shows.</summary>
    public static int NumberIn(Photo photo)
    {
        int number = 0;
        for (int bit = 0; bit < Bits; bit++)
        {
            int x = ((bit * Side) + (Side / 2)) * photo.Width / Width;
            int y = Side / 2 * photo.Height / Height;
            if (photo.Rgba[((y * photo.Width) + x) * 4] > 110)
            {
                number |= 1 << bit;
            }
        }

        return number;
    }

    /// <summary>Reads all frames: number, time and the number shown.</summary>
    public static async Task<List<(long Number, string Time, int Shown)>> ReadAsync(VideoReader reader)
    {
        var list = new List<(long, string, int)>();
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            using (frame)
            {
                list.Add((frame.Number, Text(frame.Time), NumberIn(frame.Photo)));
            }
        }

        return list;
    }

    private static string Run(string program, string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.Result}");
        return output;
    }
}
