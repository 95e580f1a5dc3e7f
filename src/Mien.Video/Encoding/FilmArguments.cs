using System.Globalization;

namespace Mien.Video;

/// <summary>The arguments of ffmpeg for a film. Immutable.</summary>
internal sealed record FilmArguments
{
    /// <summary>The last frame of a film lasts at most this long: a stated end may be wrong.</summary>
    private static readonly TimeSpan MaxLastFrame = TimeSpan.FromSeconds(10);

    /// <summary>The programs.</summary>
    public required FfmpegTools Tools { get; init; }

    /// <summary>The encoder.</summary>
    public required H264Encoder Encoder { get; init; }

    /// <summary>What is encoded.</summary>
    public required H264Encoder.Settings Settings { get; init; }

    /// <summary>The colours of the film.</summary>
    public required FilmColours Colours { get; init; }

    /// <summary>As <see cref="VideoProbe.PixelAspect"/>.</summary>
    public string? PixelAspect { get; init; }

    /// <summary>The unit of the times.</summary>
    public required FilmTimeBase Unit { get; init; }

    /// <summary>The file with the sound.</summary>
    public required string Source { get; init; }

    /// <summary>The sound; <see langword="null"/> for none.</summary>
    public FilmSound? Sound { get; init; }

    /// <summary>The film.</summary>
    public required string Path { get; init; }

    /// <summary>Whether this ffmpeg can state the beginning and the end of a film exactly.</summary>
    public bool IsExact => Tools.HasFpsMode;

    /// <summary>The arguments.</summary>
    /// <param name="cut">The part of the sound; <see langword="null"/> for all of it.</param>
    /// <param name="end">Where the last frame ends, in ticks of the film; <see langword="null"/> if unknown.</param>
    public IReadOnlyList<string> List(SoundCut? cut, long? end)
    {
        (IReadOnlyList<string> soundInput, IReadOnlyList<string> soundOutput) =
            Sound?.Arguments(Source, cut) ?? ([], []);
        return
        [
            "-nostdin",
            "-hide_banner",
            "-nostats",
            "-loglevel",
            "repeat+level+info",
            "-progress",
            "pipe:1",
            "-y",
            "-copyts",
            // Frames are large: no more than these wait, and none is read ahead to find out what the header says.
            "-thread_queue_size",
            "2",
            "-probesize",
            "32",
            "-protocol_whitelist",
            "file,pipe",
            "-f",
            "matroska",
            "-i",
            "pipe:0",
            .. soundInput,
            "-map",
            "0:v:0",
            "-map_chapters",
            "-1",
            "-vf",
            Colours.Filters(Encoder.PixelFormat)
                + (PixelAspect is { } aspect ? $",setsar={aspect.Replace(':', '/')}:max=65535" : ""),
            .. Tools.Passthrough,
            "-enc_time_base:v",
            string.Create(CultureInfo.InvariantCulture, $"{Unit.Numerator}:{Unit.Denominator}"),
            .. Encoder.Arguments(Settings),
            .. soundOutput,
            "-video_track_timescale",
            Text(Unit.Denominator),
            .. IsExact ? Exact(end) : [],
            "-movflags",
            "+faststart",
            "-f",
            "mp4",
            FfmpegInput.OfFile(Path),
        ];
    }

    private List<string> Exact(long? end)
    {
        List<string> exact = ["-movie_timescale", Text(Unit.MovieScale)];
        if (end is { } last)
        {
            // The encoder gives every frame up to the next one, but the last one the usual duration.
            long max = Math.Max(1, Unit.Ticks(MaxLastFrame));
            string rest = $"{Text(last)}-PTS";
            exact.AddRange([
                "-bsf:v",
                $"setts=duration='if(eq(NEXT_PTS,NOPTS)*between({rest},1,{Text(max)}),{rest},DURATION)'",
            ]);
        }

        return exact;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
