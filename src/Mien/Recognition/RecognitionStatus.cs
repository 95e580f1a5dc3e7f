namespace Mien;

/// <summary>The outcome for one image.</summary>
public enum RecognitionStatus
{
    /// <summary>At least one face was found, or given by the caller.</summary>
    Ok,

    /// <summary>The image was read, but no face was found. Not an error.</summary>
    NoFace,

    /// <summary>The image could not be processed; <see cref="RecognitionResult.Error"/> says why.</summary>
    Error,
}
