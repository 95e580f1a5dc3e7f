namespace Mien;

/// <summary>
/// How a detector's bounding box becomes the square crop that FER2013 would have used. The values were measured with
/// <c>mien-tools framing</c>, which runs the detector on the images of FER2013 and reports the position of its boxes in
/// them; docs/detection.md has the command and the results. Lengths are in sides of the box, where a side is the mean
/// of width and height; "down" is along the face, from the eyes to the mouth.
/// </summary>
/// <param name="Scale">The side of the crop, in sides of the box.</param>
/// <param name="Down">
/// The distance of the crop's centre below that of the box, in sides of the box; negative is above.
/// </param>
public readonly record struct FaceFraming(float Scale, float Down)
{
    /// <summary>Gets the framing that the library uses for a detector.</summary>
    /// <param name="detector">The detector.</param>
    /// <returns>The framing.</returns>
    public static FaceFraming Of(DetectorModel detector) =>
        detector switch
        {
            DetectorModel.Front => new(1.16f, -0.10f),
            DetectorModel.Full => new(1.125f, -0.036f),
            _ => new(1.155f, -0.084f),
        };
}
