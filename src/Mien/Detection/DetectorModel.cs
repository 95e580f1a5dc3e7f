namespace Mien;

/// <summary>The BlazeFace network that detects faces, or a plan with several.</summary>
public enum DetectorModel
{
    /// <summary>
    /// The plan that found the most faces for its time (docs/detection.md): <see cref="Full"/>, and <see cref="Back"/>
    /// on the photo with a border for faces that fill it or are cut off.
    /// </summary>
    Auto,

    /// <summary>The back-camera model with an input of 256×256 pixels: general purpose.</summary>
    Back,

    /// <summary>
    /// The front-camera model with an input of 128×128 pixels: several times faster, for close-ups such as video calls.
    /// </summary>
    Front,

    /// <summary>
    /// MediaPipe's full-range model with an input of 192×192 pixels: for upright faces, in half the time of
    /// <see cref="Back"/>.
    /// </summary>
    Full,
}
