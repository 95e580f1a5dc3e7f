namespace Mien;

/// <summary>
/// What is refused before anything is decoded, so that a small file that unpacks to gigabytes, or an endless stream,
/// cannot exhaust the memory. Immutable.
/// </summary>
public sealed record ImageLimits
{
    /// <summary>64 MiB a file and 100 megapixels a picture: more than the cameras of phones write.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The longest file or stream that is read, in bytes; 64 MiB unless set.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>The largest width × height that is decoded, in pixels; 100 million unless set.</summary>
    public long MaxPixels { get; init; } = 100_000_000;
}
