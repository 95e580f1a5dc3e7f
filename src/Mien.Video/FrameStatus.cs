namespace Mien.Video;

/// <summary>The outcome for a frame.</summary>
public enum FrameStatus
{
    /// <summary>At least one face was found.</summary>
    Ok,

    /// <summary>No face was found.</summary>
    NoFace,
}
