namespace Mien.Video;

/// <summary>What a video says of itself. Immutable.</summary>
public sealed record VideoInfo
{
    /// <summary>The path, or the name given by the caller.</summary>
    public required string Name { get; init; }

    /// <summary>Width of the upright frames in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the upright frames in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The time of the first frame; often 0.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>The duration from the first frame; <see langword="null"/> if unknown.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The mean number of frames per second; <see langword="null"/> if unknown.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>The name of the video codec, such as <c>h264</c>.</summary>
    public required string Codec { get; init; }

    /// <summary>The pixel format, such as <c>yuv420p</c>; <see langword="null"/> if unknown.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>The rotation in degrees clockwise, which was applied: 0, 90, 180 or 270.</summary>
    public int Rotation { get; init; }

    /// <summary>Whether the video has a high dynamic range (PQ or HLG).</summary>
    public bool IsHdr { get; init; }

    /// <summary>Whether the video has sound.</summary>
    public bool HasAudio { get; init; }
}
