namespace Mien;

/// <summary>
/// How a detector's box becomes the square that FER2013 would have cut out. Measured by <c>mien-tools framing</c>,
/// which runs the detector over FER2013's own pictures and looks how its boxes lie in them; docs/detection.md has the
/// command and the figures. Lengths are in sides of the box, the mean of its width and height; "down" is along the
/// face, from the eyes to the mouth.
/// </summary>
/// <param name="Scale">The square's side.</param>
/// <param name="Down">How far the square's middle lies below the box's.</param>
public readonly record struct FaceFraming(float Scale, float Down)
{
    /// <summary>The framing of a detector's boxes that the library uses.</summary>
    /// <param name="detector">The detector.</param>
    /// <returns>Scale and shift.</returns>
    public static FaceFraming Of(DetectorModel detector) =>
        detector switch
        {
            DetectorModel.Front => new(1.16f, -0.10f),
            _ => new(1.155f, -0.084f),
        };
}
