using System.Collections.Concurrent;
using System.Globalization;

namespace Mien.Video;

/// <summary>An encoder for H.264 that ffmpeg may have. Immutable.</summary>
internal sealed record H264Encoder
{
    /// <summary>The encoders in the order of preference; only the first one is the same on every machine.</summary>
    private static readonly H264Encoder[] Known =
    [
        new()
        {
            Name = "libx264",
            Quality = s => ["-preset", "veryfast", "-crf", Text(s.Quality)],
            IsTried = false,
        },
        new() { Name = "h264_videotoolbox", Quality = s => ["-allow_sw", "1", "-b:v", BitRate(s)] },
        new() { Name = "h264_mf", Quality = s => ["-b:v", BitRate(s)] },
        new() { Name = "h264_nvenc", Quality = s => ["-preset", "p4", "-cq", Text(s.Quality), "-b:v", "0"] },
        new()
        {
            Name = "h264_qsv",
            PixelFormat = "nv12",
            Quality = s => ["-global_quality", Text(s.Quality)],
        },
        new() { Name = "libopenh264", Quality = s => ["-b:v", BitRate(s)] },
    ];

    /// <summary>The names of the encoders of each ffmpeg.</summary>
    private static readonly ConcurrentDictionary<string, IReadOnlySet<string>> Lists = new(StringComparer.Ordinal);

    /// <summary>ffmpeg's name.</summary>
    public required string Name { get; init; }

    /// <summary>The pixel format that the encoder takes.</summary>
    public string PixelFormat { get; init; } = "yuv420p";

    /// <summary>The options that set the quality.</summary>
    private Func<Settings, IReadOnlyList<string>> Quality { get; init; } = _ => [];

    /// <summary>Whether only a trial shows if it works, because it needs a device or a library of the system.</summary>
    private bool IsTried { get; init; } = true;

    /// <summary>Finds the best encoder that works.</summary>
    /// <param name="tools">The programs.</param>
    /// <param name="settings">What is encoded.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="MienException"><c>noEncoder</c>: none works.</exception>
    public static async Task<H264Encoder> FindAsync(
        FfmpegTools tools,
        Settings settings,
        CancellationToken cancellationToken
    )
    {
        if (!Lists.TryGetValue(tools.Ffmpeg, out IReadOnlySet<string>? names))
        {
            ToolOutput list = await ToolOutput
                .OfAsync(tools.Ffmpeg, ["-hide_banner", "-v", "error", "-encoders"], cancellationToken)
                .ConfigureAwait(false);
            Lists[tools.Ffmpeg] = names = Names(list.Text);
        }

        var failures = new List<string>();
        foreach (H264Encoder encoder in Known.Where(e => names.Contains(e.Name)))
        {
            if (!encoder.IsTried)
            {
                return encoder;
            }

            ToolOutput trial = await encoder.TryAsync(tools, settings, cancellationToken).ConfigureAwait(false);
            if (trial.ExitCode == 0)
            {
                return encoder;
            }

            failures.Add($"{encoder.Name}: {FirstError(trial)}");
        }

        throw FilmErrors.NoEncoder(tools, failures);
    }

    /// <summary>The arguments that select the encoder and its quality.</summary>
    public IEnumerable<string> Arguments(Settings settings)
    {
        // A key frame every two seconds, so that players can seek. No B-frames: with them the durations of the frames
        // would be those of the order of decoding, which is another one where the rate varies.
        long interval = (long)Math.Clamp(Math.Round(2 * settings.FramesPerSecond), 1, 600);
        return ["-c:v", Name, .. Quality(settings), "-g", Text(interval), "-bf", "0"];
    }

    /// <summary>Reads the video encoders out of what <c>ffmpeg -encoders</c> prints.</summary>
    internal static IReadOnlySet<string> Names(string list) =>
        list.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(words => words.Length > 1 && words[0].Length == 6 && words[0][0] == 'V' && words[1] != "=")
            .Select(words => words[1])
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Encodes three black frames of the size of the film.</summary>
    private Task<ToolOutput> TryAsync(FfmpegTools tools, Settings settings, CancellationToken cancellationToken) =>
        ToolOutput.OfAsync(
            tools.Ffmpeg,
            [
                "-hide_banner",
                "-v",
                "error",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "gray",
                "-video_size",
                string.Create(CultureInfo.InvariantCulture, $"{settings.Width}x{settings.Height}"),
                "-i",
                "pipe:0",
                "-pix_fmt",
                PixelFormat,
                .. Arguments(settings),
                "-f",
                "null",
                "-",
            ],
            cancellationToken,
            new byte[3 * settings.Width * settings.Height]
        );

    /// <summary>The first line is the encoder's; the last ones say again that it failed.</summary>
    private static string FirstError(ToolOutput output) =>
        output.Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            is [string first, ..]
            ? first
            : output.LastError;

    /// <summary>A bit rate for encoders without constant quality: 6 steps of quality halve it.</summary>
    private static string BitRate(Settings settings)
    {
        double perPixel = 0.12 * Math.Pow(2, (FilmWriterOptions.DefaultQuality - settings.Quality) / 6.0);
        double rate = settings.Width * (double)settings.Height * Math.Min(settings.FramesPerSecond, 120) * perPixel;
        return Text((long)Math.Clamp(rate, 100_000, 200_000_000));
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is encoded. Immutable.</summary>
    /// <param name="Width">The width of the film.</param>
    /// <param name="Height">The height of the film.</param>
    /// <param name="FramesPerSecond">The usual number of frames per second.</param>
    /// <param name="Quality">As <see cref="FilmWriterOptions.Quality"/>.</param>
    internal sealed record Settings(int Width, int Height, double FramesPerSecond, int Quality);
}
