using System.Globalization;

namespace Mien.Video;

/// <summary>
/// Decides how the reading of a video ended. ffmpeg ends a truncated or damaged file with exit code 0, so its last time
/// is compared with the duration that the file states, and where it is short, with what the file really holds.
/// Thread-safe.
/// </summary>
internal static class EndCheck
{
    /// <summary>A video may end this much before its stated end, or three frames, if they take longer.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(0.25);

    /// <summary>The tolerance for inputs that cannot be read again.</summary>
    private static readonly TimeSpan StreamTolerance = TimeSpan.FromSeconds(1);

    /// <summary>What is known at the end.</summary>
    internal sealed record Facts
    {
        public required FrameLog Log { get; init; }
        public required int ExitCode { get; init; }

        /// <summary>The path of the file; <see langword="null"/> for a stream.</summary>
        public string? Path { get; init; }

        public required FfmpegTools Tools { get; init; }
        public VideoProbe? Probe { get; init; }

        /// <summary>The error of reading a stream.</summary>
        public Exception? InputError { get; init; }
    }

    /// <summary>Decides.</summary>
    /// <param name="facts">What is known.</param>
    /// <param name="cancellationToken">Cancels a second look at the file.</param>
    public static async Task<VideoEnd> OfAsync(Facts facts, CancellationToken cancellationToken)
    {
        TimeSpan? last = facts.Log.LastFrame?.Time;
        TimeSpan? expected = facts.Probe?.ExpectedEnd;
        (VideoEndStatus status, string? message) = await StatusAsync(facts, last, cancellationToken)
            .ConfigureAwait(false);
        return new VideoEnd
        {
            Status = status,
            LastTime = last,
            ExpectedEnd = expected,
            Message = message,
        };
    }

    private static async Task<(VideoEndStatus Status, string? Message)> StatusAsync(
        Facts facts,
        TimeSpan? last,
        CancellationToken cancellationToken
    )
    {
        FrameLog log = facts.Log;
        (VideoEndStatus, string?) damage = Damage(facts);
        if (log.IsPastEnd)
        {
            return damage;
        }

        string at = last is { } time ? $"after the frame at {Seconds(time)}" : "before the first frame";
        if (log.IsSignalled || facts.ExitCode > 128 || facts.ExitCode < 0)
        {
            return (
                VideoEndStatus.Truncated,
                $"ffmpeg was ended from outside {at} (exit code {facts.ExitCode}); the rest was not read. Read the "
                    + $"video again."
            );
        }

        if (facts.InputError is { } error)
        {
            return (VideoEndStatus.Truncated, $"The input could not be read further {at} ({error.Message}).");
        }

        if (await IsTruncatedAsync(facts, last, cancellationToken).ConfigureAwait(false) is { } missing)
        {
            string first = log.Errors.Last is { } said ? $" ffmpeg: {said.TrimEnd('.')}." : "";
            return (VideoEndStatus.Truncated, $"{missing}{first}");
        }

        return facts.ExitCode != 0 && damage.Item1 == VideoEndStatus.Complete
            ? (VideoEndStatus.Truncated, $"ffmpeg ended with exit code {facts.ExitCode} {at}.")
            : damage;
    }

    private static (VideoEndStatus, string?) Damage(Facts facts)
    {
        (long count, string? first) = facts.Log.Errors.Late;
        if (!CanBeginAnywhere(facts.Probe?.Format))
        {
            (long early, string? before) = facts.Log.Errors.Early;
            (count, first) = (count + early, before ?? first);
        }

        return count == 0
            ? (VideoEndStatus.Complete, null)
            : (
                VideoEndStatus.Damaged,
                $"ffmpeg reported {count} decoding {(count == 1 ? "error" : "errors")}, the first: "
                    + $"{first?.TrimEnd('.')}. Some frames may be wrong or missing."
            );
    }

    /// <summary>Recordings of broadcasts begin between two key frames, whose first frames cannot be decoded.</summary>
    public static bool CanBeginAnywhere(string? format) =>
        format is "mpegts" or "mpeg" or "h264" or "hevc" or "mpegvideo" or "m4v";

    /// <summary>What is missing at the end; <see langword="null"/> if nothing is.</summary>
    private static async Task<string?> IsTruncatedAsync(
        Facts facts,
        TimeSpan? last,
        CancellationToken cancellationToken
    )
    {
        TimeSpan? expected = facts.Probe?.ExpectedEnd;
        string until = last is { } time ? $"the last frame is at {Seconds(time)}" : "there is no frame";
        string stated = expected is { } t ? $", the stated end is {Seconds(t)}" : "";
        string text = $"The video is truncated: {until}{stated}.";
        bool? isCutOff = null;
        if (facts.Path is { } path)
        {
            isCutOff = Container.IsCutOff(path) ?? (IsPartialTransportStream(facts) ? true : null);
        }

        if (isCutOff == true || facts.Log.Errors.EndsEarly)
        {
            return text;
        }

        TimeSpan three = facts.Log.FrameDuration * 3;
        TimeSpan tolerance = facts.Path is null ? StreamTolerance : Tolerance;
        tolerance = three > tolerance ? three : tolerance;
        if (expected is not { } end || (last ?? TimeSpan.MinValue) + facts.Log.FrameDuration + tolerance >= end)
        {
            return null;
        }

        if (facts.Path is null)
        {
            return text;
        }

        // The last frame may be shown for long, and sound may go on after it: look at what the file holds.
        (TimeSpan fileEnd, TimeSpan lastVideo) = await HeldAsync(facts, cancellationToken).ConfigureAwait(false);
        bool isWhole = isCutOff == false || fileEnd + tolerance >= end;
        return isWhole && last is { } read && read + three >= lastVideo ? null : text;
    }

    /// <summary>A transport stream consists of packets of 188, 192 (Blu-ray) or 204 bytes (error correction).</summary>
    private static bool IsPartialTransportStream(Facts facts) =>
        facts.Probe?.Format == "mpegts"
        && new FileInfo(facts.Path!) is { Exists: true, Length: var length }
        && length % 188 != 0
        && length % 192 != 0
        && length % 204 != 0;

    /// <summary>The end of the longest stream and the time of the last packet of the video.</summary>
    private static async Task<(TimeSpan FileEnd, TimeSpan LastVideo)> HeldAsync(
        Facts facts,
        CancellationToken cancellationToken
    )
    {
        double end = 0;
        double video = 0;
        string index = facts.Probe!.StreamIndex.ToString(CultureInfo.InvariantCulture);
        await foreach (
            string line in ToolOutput
                .LinesAsync(
                    facts.Tools.Ffprobe,
                    [
                        "-v",
                        "quiet",
                        "-protocol_whitelist",
                        "file,pipe",
                        "-show_entries",
                        "packet=stream_index,pts_time,duration_time",
                        "-of",
                        "csv=p=0",
                        FfmpegInput.OfFile(facts.Path!),
                    ],
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
        {
            string[] parts = line.Split(',');
            if (
                parts.Length < 2
                || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double pts)
            )
            {
                continue;
            }

            double length = 0;
            if (parts.Length > 2)
            {
                _ = double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out length);
            }

            end = Math.Max(end, pts + length);
            if (parts[0] == index)
            {
                video = Math.Max(video, pts);
            }
        }

        return (FrameTime.Rounded(end), FrameTime.Rounded(video));
    }

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
