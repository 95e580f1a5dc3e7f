namespace Mien.Video;

/// <summary>
/// What a video says of its colours, in ffmpeg's names; <see langword="null"/> where it says nothing. Immutable.
/// </summary>
internal sealed record VideoColours
{
    /// <summary>The matrix between RGB and YUV, such as <c>bt709</c>.</summary>
    public string? Matrix { get; init; }

    /// <summary>The colour primaries.</summary>
    public string? Primaries { get; init; }

    /// <summary>The transfer characteristics.</summary>
    public string? Transfer { get; init; }

    /// <summary>The range of values: <c>tv</c> or <c>pc</c>.</summary>
    public string? Range { get; init; }

    /// <summary>The pixel format, such as <c>yuv420p</c>.</summary>
    public string? PixelFormat { get; init; }
}
