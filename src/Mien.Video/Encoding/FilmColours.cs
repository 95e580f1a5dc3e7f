namespace Mien.Video;

/// <summary>
/// How the RGB of the frames becomes the YUV of a film. A film has the matrix and the tags of its source, so that every
/// player shows both alike: a source without tags is decoded by ffmpeg as BT.601, but players guess, and guess the same
/// for both. Sources that 8-bit YUV of limited range cannot continue (RGB, full range, BT.2020) become BT.709.
/// Immutable.
/// </summary>
/// <param name="Matrix">The matrix, as the filter <c>scale</c> names it.</param>
/// <param name="Space">The tag for the matrix.</param>
/// <param name="Primaries">The tag for the primaries.</param>
/// <param name="Transfer">The tag for the transfer characteristics.</param>
internal sealed record FilmColours(string Matrix, string Space, string Primaries, string Transfer)
{
    private const string Unknown = "unknown";

    private static readonly string[] Standard = ["bt709", "smpte170m", "bt470bg", "bt470m", "iec61966-2-1"];

    /// <summary>BT.709 with all tags.</summary>
    public static FilmColours Bt709 { get; } = new("bt709", "bt709", "bt709", "bt709");

    /// <summary>Chooses the colours of a film.</summary>
    /// <param name="source">What the source says; <see langword="null"/> if nothing is known of it.</param>
    public static FilmColours Of(VideoColours? source)
    {
        bool isLimitedYuv =
            source is { Range: not "pc", PixelFormat: { } pixels }
            && (pixels.StartsWith("yuv", StringComparison.Ordinal) || pixels is "nv12" or "p010le")
            && !pixels.StartsWith("yuvj", StringComparison.Ordinal);
        bool isStandard = source?.Transfer is null or Unknown || Standard.Contains(source.Transfer);
        if (!isLimitedYuv || !isStandard)
        {
            return Bt709;
        }

        return source!.Matrix switch
        {
            null or Unknown => new FilmColours("bt601", Unknown, Tag(source.Primaries), Tag(source.Transfer)),
            "bt709" => new FilmColours("bt709", "bt709", Tag(source.Primaries), Tag(source.Transfer)),
            "smpte170m" or "bt470bg" => new FilmColours(
                "bt601",
                source.Matrix,
                Tag(source.Primaries),
                Tag(source.Transfer)
            ),
            _ => Bt709,
        };
    }

    /// <summary>The filters that convert and tag the frames.</summary>
    /// <param name="pixelFormat">The pixel format for the encoder.</param>
    public string Filters(string pixelFormat) =>
        $"scale=out_color_matrix={Matrix}:out_range=tv,format={pixelFormat},"
        + $"setparams=range=tv:color_primaries={Primaries}:color_trc={Transfer}:colorspace={Space}";

    // The filter knows fewer names than ffprobe prints.
    private static string Tag(string? name) => name is not null && Standard.Contains(name) ? name : Unknown;
}
