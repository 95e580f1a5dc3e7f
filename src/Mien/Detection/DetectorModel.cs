namespace Mien;

/// <summary>The BlazeFace network that detects faces.</summary>
public enum DetectorModel
{
    /// <summary>The back-camera model with an input of 256×256 pixels: general purpose.</summary>
    Back,

    /// <summary>
    /// The front-camera model with an input of 128×128 pixels: several times faster, for close-ups such as video calls.
    /// </summary>
    Front,

    /// <summary>
    /// MediaPipe's full-range model with an input of 192×192 pixels: for upright faces, in half the time of
    /// <see cref="Back"/>. Its scores are lower, so set <see cref="DetectionOptions.MinScore"/> to 0.6.
    /// </summary>
    Full,
}
