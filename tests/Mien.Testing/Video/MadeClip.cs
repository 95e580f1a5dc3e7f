namespace Mien.Testing;

/// <summary>The description of a video that a test makes. All times are seconds from the first frame.</summary>
internal sealed record MadeClip
{
    /// <summary>The width of the upright frames; at least 160, so that the counter can be read.</summary>
    public int Width { get; init; } = 320;

    public int Height { get; init; } = 240;

    public int Frames { get; init; } = 50;

    /// <summary>Frames per second, as a fraction.</summary>
    public int Rate { get; init; } = 25;

    public int RateDivisor { get; init; } = 1;

    /// <summary>The durations of the frames in milliseconds, repeated; empty for a constant rate.</summary>
    public IReadOnlyList<int> Durations { get; init; } = [];

    /// <summary>The faces; later ones are drawn in front of earlier ones.</summary>
    public IReadOnlyList<ClipFace> Faces { get; init; } = [];

    public IReadOnlyList<ClipObstacle> Obstacles { get; init; } = [];

    /// <summary>The times at which another scene begins, with another background.</summary>
    public IReadOnlyList<double> Cuts { get; init; } = [];

    /// <summary>The encoder of ffmpeg.</summary>
    public string Codec { get; init; } = "libx264";

    /// <summary>More options of ffmpeg for the output.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The extension of the file, which selects the container.</summary>
    public string Container { get; init; } = "mp4";

    /// <summary>The pixel format of the video.</summary>
    public string PixelFormat { get; init; } = "yuv420p";

    /// <summary>
    /// The clockwise rotation that a player applies, which the display matrix states: 0, 90, 180 or 270. The frames are
    /// stored rotated the other way. Only for MP4 and MOV.
    /// </summary>
    public int Rotation { get; init; }

    /// <summary>The presentation time of the first frame, where the container can state it.</summary>
    public double Start { get; init; }

    public bool HasAudio { get; init; }

    /// <summary>The time of a frame from the first one.</summary>
    public double TimeOf(int frame)
    {
        if (Durations.Count == 0)
        {
            return (double)frame * RateDivisor / Rate;
        }

        int whole = frame / Durations.Count * Durations.Sum();
        return (whole + Durations.Take(frame % Durations.Count).Sum()) / 1000.0;
    }

    /// <summary>The number of the scene at a time, from 0.</summary>
    public int SceneAt(double time) => Cuts.Count(c => c <= time + 1e-9);
}
