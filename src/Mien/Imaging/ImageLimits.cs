namespace Mien;

/// <summary>
/// Limits that are checked before an image is decoded, so that decompression bombs and endless streams cannot exhaust
/// the memory. Immutable.
/// </summary>
public sealed record ImageLimits
{
    /// <summary>The defaults: 64 MiB per file and 100 megapixels per image, more than phone cameras produce.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The maximum size of a file or stream in bytes; the default is 64 MiB.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>The maximum of width × height in pixels; the default is 100 million.</summary>
    public long MaxPixels { get; init; } = 100_000_000;
}
