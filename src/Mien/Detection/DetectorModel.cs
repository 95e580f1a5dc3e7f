namespace Mien;

/// <summary>Which of the two BlazeFace networks looks for faces.</summary>
public enum DetectorModel
{
    /// <summary>The back-camera model, 256×256: for photos.</summary>
    Back,

    /// <summary>
    /// The front-camera model, 128×128: several times as fast, for faces near a camera, such as in video calls.
    /// </summary>
    Front,
}
