using System.Globalization;
using System.Text.Json;

namespace Mien.Video;

/// <summary>What <c>ffprobe</c> says of an input. Immutable.</summary>
internal sealed record VideoProbe
{
    /// <summary>Containers and listings that are no video of their own.</summary>
    private static readonly string[] Playlists = ["hls", "concat", "dash", "sdp", "imf", "lavfi", "webm_dash_manifest"];

    /// <summary>Text and binary art, which ffmpeg shows as pictures of a terminal.</summary>
    private static readonly string[] Art = ["tty", "bin", "xbin", "adf", "idf", "rawvideo"];

    /// <summary>The name of the format, such as <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The index of the video stream among all streams.</summary>
    public required int StreamIndex { get; init; }

    /// <summary>What the reader tells its callers.</summary>
    public required VideoInfo Info { get; init; }

    /// <summary>Remarks for people.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The time at which the video should end; <see langword="null"/> if unknown.</summary>
    public TimeSpan? ExpectedEnd { get; init; }

    /// <summary>The sound streams, in the order of the file.</summary>
    public IReadOnlyList<SoundStream> Sounds { get; init; } = [];

    /// <summary>What the video says of its colours.</summary>
    public VideoColours Colours { get; init; } = new();

    /// <summary>
    /// The width of an upright pixel to its height, such as <c>64:45</c>; <see langword="null"/> if it is square or
    /// unknown.
    /// </summary>
    public string? PixelAspect { get; init; }

    /// <summary>Probes an input.</summary>
    /// <param name="tools">The programs.</param>
    /// <param name="input">The input as ffmpeg names it, such as <c>file:clip.mp4</c>.</param>
    /// <param name="name">The name for messages.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <param name="isMp4">Whether the file begins as MP4 does.</param>
    /// <param name="head">The bytes of <c>pipe:0</c>.</param>
    /// <exception cref="MienException">
    /// <c>notAVideo</c>, <c>noVideoStream</c>, <c>stillPicture</c> or <c>truncatedVideo</c> (no index).
    /// </exception>
    public static async Task<VideoProbe> OfAsync(
        FfmpegTools tools,
        string input,
        string name,
        bool isMp4,
        CancellationToken cancellationToken,
        ReadOnlyMemory<byte> head = default
    )
    {
        ToolOutput output = await ToolOutput
            .OfAsync(
                tools.Ffprobe,
                [
                    "-v",
                    "error",
                    "-protocol_whitelist",
                    "file,pipe",
                    "-of",
                    "json",
                    "-show_format",
                    "-show_streams",
                    "-show_packets",
                    "-read_intervals",
                    "%+#8",
                    input,
                ],
                cancellationToken,
                head
            )
            .ConfigureAwait(false);
        return Parse(output, name, isMp4);
    }

    /// <summary>Reads the JSON of ffprobe.</summary>
    internal static VideoProbe Parse(ToolOutput output, string name, bool isMp4)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(output.Text.Length > 0 ? output.Text : "{}");
        }
        catch (JsonException)
        {
            throw NotAVideo(output, name, isMp4);
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty("format", out JsonElement format) || Text(format, "format_name") is not { } kind)
            {
                throw NotAVideo(output, name, isMp4);
            }

            JsonElement[] streams = root.TryGetProperty("streams", out JsonElement list)
                ? [.. list.EnumerateArray()]
                : [];
            return Parse(format, kind, streams, PacketsOf(root), name);
        }
    }

    private static VideoProbe Parse(
        JsonElement format,
        string kind,
        JsonElement[] streams,
        JsonElement[] packets,
        string name
    )
    {
        string[] kinds = kind.Split(',');
        if (kinds.Intersect(Playlists, StringComparer.Ordinal).Any())
        {
            throw VideoFile.Playlist(name, kind);
        }

        if (kinds.Any(k => k is "image2" || k.EndsWith("_pipe", StringComparison.Ordinal)))
        {
            throw VideoFile.StillPicture(name);
        }

        JsonElement[] videos = [.. streams.Where(s => Text(s, "codec_type") == "video" && !IsAttached(s))];
        if (videos.Length == 0 && streams.Any(s => Text(s, "codec_type") == "audio"))
        {
            throw new MienException(
                ErrorKind.BadInput,
                "noVideoStream",
                $"{name}: has sound but no video ({kind}), expected a video. Use the file with the pictures."
            );
        }

        if (videos.Length == 0 || kinds.Intersect(Art, StringComparer.Ordinal).Any())
        {
            throw new MienException(
                ErrorKind.BadInput,
                "notAVideo",
                $"{name}: has no video ({kind}), expected a video such as MP4, MOV, MKV, WebM or AVI."
            );
        }

        return Describe(format, kind, streams, videos, packets, name);
    }

    private static VideoProbe Describe(
        JsonElement format,
        string kind,
        JsonElement[] streams,
        JsonElement[] videos,
        JsonElement[] packets,
        string name
    )
    {
        JsonElement video = videos[0];
        int index = Number(video, "index") ?? 0;
        int rotation = RotationOf(video);
        int width = Number(video, "width") ?? 0;
        int height = Number(video, "height") ?? 0;
        string? pixels = Text(video, "pix_fmt");
        bool isHdr = Text(video, "color_transfer") is "smpte2084" or "arib-std-b67";
        TimeSpan? start = Time(video, "start_time");
        TimeSpan? end =
            Time(video, "duration") is { } own ? (start ?? TimeSpan.Zero) + own
            : Tagged(video) is { } tagged ? tagged
            : Time(format, "duration") is { } whole ? (Time(format, "start_time") ?? TimeSpan.Zero) + whole
            : null;

        var notes = new List<string>();
        if (videos.Length > 1)
        {
            notes.Add($"The file has {videos.Length} video streams; the first is read.");
        }

        if (isHdr)
        {
            notes.Add("The video has a high dynamic range and is read without tone mapping; colours look flat.");
        }

        if (pixels is not null && PixelFormats.IsDeep(pixels))
        {
            notes.Add($"The video has more than 8 bits per channel ({pixels}); they are reduced to 8.");
        }

        if (Text(video, "field_order") is "tt" or "bb" or "tb" or "bt")
        {
            notes.Add("The video is interlaced and is read without deinterlacing.");
        }

        if (Text(video, "sample_aspect_ratio") is { } aspect && IsFarFromSquare(aspect))
        {
            notes.Add($"The pixels are not square ({aspect}); they are read as if they were.");
        }

        JsonElement[] first = [.. packets.Where(p => Number(p, "stream_index") == index)];
        if (first.Length > 0 && first.All(p => !p.TryGetProperty("pts", out _)))
        {
            notes.Add("The video states no presentation times; they follow from the order of the frames and the rate.");
        }

        return new VideoProbe
        {
            Format = kind,
            StreamIndex = index,
            Notes = notes,
            ExpectedEnd = end,
            PixelAspect = AspectOf(video, isTurned: rotation is 90 or 270),
            Sounds = [.. streams.Where(s => Text(s, "codec_type") == "audio").Select(SoundOf)],
            Colours = new VideoColours
            {
                Matrix = Text(video, "color_space"),
                Primaries = Text(video, "color_primaries"),
                Transfer = Text(video, "color_transfer"),
                Range = Text(video, "color_range"),
                PixelFormat = pixels,
            },
            Info = new VideoInfo
            {
                Name = name,
                Width = rotation is 90 or 270 ? height : width,
                Height = rotation is 90 or 270 ? width : height,
                Start = start ?? TimeSpan.Zero,
                Duration = end - (start ?? TimeSpan.Zero),
                FramesPerSecond = Rate(video, "avg_frame_rate") ?? Rate(video, "r_frame_rate"),
                Codec = Text(video, "codec_name") ?? "unknown",
                PixelFormat = pixels,
                Rotation = rotation,
                IsHdr = isHdr,
                HasAudio = streams.Any(s => Text(s, "codec_type") == "audio"),
            },
        };
    }

    private static SoundStream SoundOf(JsonElement stream) =>
        new(
            Number(stream, "index") ?? 0,
            Text(stream, "codec_name") ?? "unknown",
            stream.TryGetProperty("disposition", out JsonElement disposition) && Number(disposition, "default") == 1
        );

    private static JsonElement[] PacketsOf(JsonElement root) =>
        root.TryGetProperty("packets", out JsonElement packets) ? [.. packets.EnumerateArray()] : [];

    private static MienException NotAVideo(ToolOutput output, string name, bool isMp4) =>
        isMp4 && output.Error.Contains("moov atom not found", StringComparison.Ordinal)
            ? new MienException(
                ErrorKind.BadInput,
                "truncatedVideo",
                $"{name}: the MP4 file is incomplete: its index (moov) is missing, so no frame can be read. Copy or "
                    + $"record it again."
            )
            : new MienException(
                ErrorKind.BadInput,
                "notAVideo",
                $"{name}: is not a video that ffmpeg can read ({Short(output.LastError, name)}), expected a video such "
                    + $"as MP4, MOV, MKV, WebM or AVI."
            );

    /// <summary>The message without the name of the input, which ffmpeg puts in front.</summary>
    private static string Short(string message, string name)
    {
        int at = message.IndexOf(name + ": ", StringComparison.Ordinal);
        return at < 0 ? message : message[(at + name.Length + 2)..];
    }

    private static bool IsAttached(JsonElement stream) =>
        stream.TryGetProperty("disposition", out JsonElement disposition)
        && (Number(disposition, "attached_pic") == 1 || Number(disposition, "timed_thumbnails") == 1);

    /// <summary>The rotation that ffmpeg applies, clockwise; the file gives it counterclockwise.</summary>
    private static int RotationOf(JsonElement video)
    {
        double? angle = null;
        if (video.TryGetProperty("side_data_list", out JsonElement list))
        {
            foreach (JsonElement data in list.EnumerateArray())
            {
                if (data.TryGetProperty("rotation", out JsonElement value) && value.TryGetDouble(out double given))
                {
                    angle = -given;
                }
            }
        }

        if (
            angle is null
            && video.TryGetProperty("tags", out JsonElement tags)
            && Text(tags, "rotate") is { } tag
            && double.TryParse(tag, NumberStyles.Float, CultureInfo.InvariantCulture, out double degrees)
        )
        {
            angle = degrees;
        }

        int turn = (int)Math.Round((angle ?? 0) / 90) * 90 % 360;
        return turn < 0 ? turn + 360 : turn;
    }

    private static string? Text(JsonElement element, string key) =>
        element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static int? Number(JsonElement element, string key) =>
        element.TryGetProperty(key, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out int number)
            ? number
            : null;

    private static TimeSpan? Time(JsonElement element, string key) =>
        Text(element, key) is { } text
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
        && Math.Abs(seconds) < 1e9
            ? FrameTime.Rounded(seconds)
            : null;

    /// <summary>The end of a stream in a Matroska file: a tag such as <c>00:00:04.000000000</c>.</summary>
    private static TimeSpan? Tagged(JsonElement video)
    {
        if (!video.TryGetProperty("tags", out JsonElement tags))
        {
            return null;
        }

        JsonProperty tag = tags.EnumerateObject()
            .FirstOrDefault(t => t.Name == "DURATION" || t.Name.StartsWith("DURATION-", StringComparison.Ordinal));
        string[] parts = tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString()!.Split(':') : [];
        return
            parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
            && double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromHours(hours) + TimeSpan.FromMinutes(minutes) + FrameTime.Rounded(seconds)
            : null;
    }

    private static double? Rate(JsonElement video, string key) =>
        Text(video, key)?.Split('/') is [string top, string bottom]
        && double.TryParse(top, NumberStyles.Float, CultureInfo.InvariantCulture, out double numerator)
        && double.TryParse(bottom, NumberStyles.Float, CultureInfo.InvariantCulture, out double denominator)
        && numerator > 0
        && denominator > 0
            ? numerator / denominator
            : null;

    private static string? AspectOf(JsonElement video, bool isTurned) =>
        Text(video, "sample_aspect_ratio")?.Split(':') is [var width, var height]
        && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out int w)
        && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out int h)
        && w > 0
        && h > 0
        && w != h
            ? string.Create(CultureInfo.InvariantCulture, $"{(isTurned ? h : w)}:{(isTurned ? w : h)}")
            : null;

    /// <summary>Whether pixels are not square by more than a percent; scaled videos are often off by less.</summary>
    private static bool IsFarFromSquare(string aspect) =>
        aspect.Split(':') is [var width, var height]
        && double.TryParse(width, CultureInfo.InvariantCulture, out double w)
        && double.TryParse(height, CultureInfo.InvariantCulture, out double h)
        && w > 0
        && h > 0
        && Math.Abs((w / h) - 1) > 0.01;
}
