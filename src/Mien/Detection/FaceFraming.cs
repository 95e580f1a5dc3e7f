namespace Mien;

/// <summary>
/// How a detector's box becomes the square that FER2013 would have cut out. Measured by <c>mien-lab framing</c>, which runs
/// the detector over FER2013's own pictures and looks how its boxes lie in them; docs/framing.md has the command and the
/// figures. Lengths are in sides of the box, the mean of its width and height; "down" is along the face, from the eyes to the
/// mouth.
/// </summary>
/// <param name="Scale">The square's side.</param>
/// <param name="Down">How far the square's middle lies below the box's.</param>
internal readonly record struct FaceFraming(float Scale, float Down)
{
    /// <summary>The framing of a detector's boxes.</summary>
    public static FaceFraming Of(DetectorModel detector) => detector switch
    {
        DetectorModel.Front => new(1.10f, 0f),
        _ => new(1.10f, 0f),
    };
}
