using System.Globalization;

namespace Mien.Video;

/// <summary>Which sound stream of the source goes into a film, and how. Immutable.</summary>
internal sealed record FilmSound
{
    /// <summary>The codecs that players expect in MP4. Whether ffmpeg copies them depends on its version.</summary>
    private static readonly string[] Mp4Codecs = ["aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"];

    /// <summary>
    /// How much more than the wanted part of the sound is tried: sound may begin earlier than the picture.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>The stream.</summary>
    public required SoundStream Stream { get; init; }

    /// <summary>The options that copy or encode the sound.</summary>
    public required IReadOnlyList<string> Codec { get; init; }

    /// <summary>Whether the packets of the source are copied.</summary>
    public bool IsCopied { get; init; }

    /// <summary>
    /// Chooses the stream that the file marks as the default one, or the first one. A trial shows whether it can be
    /// copied or encoded, because sound that cannot would end ffmpeg in the middle of the film.
    /// </summary>
    /// <param name="tools">The programs.</param>
    /// <param name="streams">The sound streams of the source.</param>
    /// <param name="path">The source.</param>
    /// <param name="length">
    /// How much of the sound is wanted, from the beginning of the video; <see langword="null"/> for all of it.
    /// </param>
    /// <param name="cancellationToken">Cancels the trials.</param>
    /// <returns>
    /// The sound, <see langword="null"/> if there is none that can be used, and remarks for people.
    /// </returns>
    public static async Task<(FilmSound? Sound, IReadOnlyList<string> Notes)> ChooseAsync(
        FfmpegTools tools,
        IReadOnlyList<SoundStream> streams,
        string path,
        TimeSpan? length,
        CancellationToken cancellationToken
    )
    {
        if (streams.Count == 0)
        {
            return (null, []);
        }

        int at = Math.Max(0, streams.ToList().FindIndex(s => s.IsDefault));
        SoundStream stream = streams[at];
        var notes = new List<string>();
        if (streams.Count > 1)
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The video has {streams.Count} sound tracks; the film has number {at + 1}."
                )
            );
        }

        string reason = "because MP4 does not hold it";
        if (Mp4Codecs.Contains(stream.Codec))
        {
            var copied = new FilmSound
            {
                Stream = stream,
                Codec = ["-c:a", "copy"],
                IsCopied = true,
            };
            ToolOutput copying = await copied
                .TryAsync(tools, path, Trial(length), cancellationToken)
                .ConfigureAwait(false);
            if (copying.ExitCode == 0)
            {
                return (copied, notes);
            }

            reason = $"because it cannot be copied (ffmpeg: {copying.LastError})";
        }

        string last = "";
        foreach (
            string[] channels in (string[][])
                [
                    [],
                    ["-ac", "2"],
                ]
        ) // the second one for layouts without a name
        {
            var encoded = new FilmSound { Stream = stream, Codec = ["-c:a", "aac", .. channels] };
            ToolOutput encoding = await encoded
                .TryAsync(tools, path, ["-t", "10"], cancellationToken)
                .ConfigureAwait(false);
            if (encoding.ExitCode == 0)
            {
                notes.Add($"The sound ({stream.Codec}) is encoded as AAC, {reason}.");
                return (encoded, notes);
            }

            last = encoding.LastError;
        }

        notes.Add(
            $"The film has no sound, because that of the video ({stream.Codec}) cannot be read (ffmpeg: {last})."
        );
        return (null, notes);
    }

    /// <summary>
    /// The options of the trial of copying, which reads all packets of the part: one that MP4 refuses would end the
    /// film.
    /// </summary>
    internal static IReadOnlyList<string> Trial(TimeSpan? length) =>
        length is { } wanted && wanted > TimeSpan.Zero ? ["-t", Seconds(wanted + Margin)] : [];

    /// <summary>The options of the input and of the output.</summary>
    /// <param name="path">The source.</param>
    /// <param name="cut">The part of the sound; <see langword="null"/> for all of it.</param>
    public (IReadOnlyList<string> Input, IReadOnlyList<string> Output) Arguments(string path, SoundCut? cut)
    {
        List<string> input = [.. Whitelist];
        List<string> output =
        [
            "-map",
            string.Create(CultureInfo.InvariantCulture, $"1:{Stream.Index}"),
            .. Codec,
            "-max_error_rate",
            "1", // otherwise ffmpeg fails if more than two thirds of the sound cannot be decoded
        ];
        if (cut?.Shift is { } shift && shift != TimeSpan.Zero)
        {
            input.AddRange(["-itsoffset", Seconds(-shift)]);
        }

        if (IsCopied)
        {
            if (cut?.IsFromZero == true)
            {
                output.AddRange(["-copypriorss:a", "0"]);
            }

            if (cut?.End is { } end)
            {
                // It also ends the picture, all of which is before. The millisecond is for rounded times.
                output.AddRange(["-t", Seconds(end + TimeSpan.FromMilliseconds(1))]);
            }
        }
        else
        {
            // The first filter fills gaps, so that sound after one stays where it belongs.
            string trim =
                (cut?.IsFromZero == true ? ":start=0" : "") + (cut?.End is { } end ? $":end={Seconds(end)}" : "");
            output.AddRange(["-af", trim.Length > 0 ? $"aresample=async=1,atrim={trim[1..]}" : "aresample=async=1"]);
        }

        input.AddRange(["-i", FfmpegInput.OfFile(path)]);
        return (input, output);
    }

    private static string[] Whitelist { get; } = ["-protocol_whitelist", "file,pipe"];

    private Task<ToolOutput> TryAsync(
        FfmpegTools tools,
        string path,
        IReadOnlyList<string> part,
        CancellationToken cancellationToken
    ) =>
        ToolOutput.OfAsync(
            tools.Ffmpeg,
            [
                "-nostdin",
                "-hide_banner",
                "-v",
                "error",
                "-y",
                .. Whitelist,
                .. part,
                "-i",
                FfmpegInput.OfFile(path),
                "-map",
                string.Create(CultureInfo.InvariantCulture, $"0:{Stream.Index}"),
                .. Codec,
                "-max_error_rate",
                "1",
                "-f",
                "mp4",
                OperatingSystem.IsWindows() ? "NUL" : "/dev/null",
            ],
            cancellationToken
        );

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}

/// <summary>The part of the sound that goes into a film, on the film's clock. Immutable.</summary>
/// <param name="Shift">What is subtracted from the times of the source.</param>
/// <param name="IsFromZero">Whether sound before the beginning of the film is left out.</param>
/// <param name="End">Where the sound ends; <see langword="null"/> for the end of the source.</param>
internal sealed record SoundCut(TimeSpan Shift, bool IsFromZero, TimeSpan? End);
