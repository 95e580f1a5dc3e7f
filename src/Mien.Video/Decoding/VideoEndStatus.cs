namespace Mien.Video;

/// <summary>How the reading of a video ended.</summary>
public enum VideoEndStatus
{
    /// <summary>All frames were read.</summary>
    Complete,

    /// <summary>The video ended before its stated duration.</summary>
    Truncated,

    /// <summary>Some frames could not be decoded, or not without errors.</summary>
    Damaged,
}
