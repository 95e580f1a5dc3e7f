namespace Mien;

/// <summary>What became of one image.</summary>
public enum RecognitionStatus
{
    /// <summary>At least one face was found or given.</summary>
    Ok,

    /// <summary>The image was read and holds no face that was found; not a failure.</summary>
    NoFace,

    /// <summary>The image could not be read; <see cref="RecognitionResult.Error"/> says why.</summary>
    Error,
}
