namespace Mien;

/// <summary>
/// How an image is brought to a model's input size. All kernels but <see cref="Nearest"/> are widened when the image
/// shrinks (antialiasing), as Pillow does it; that is what networks were mostly trained with.
/// </summary>
public enum ResizeKernel
{
    /// <summary>The nearest pixel.</summary>
    Nearest,

    /// <summary>A triangle of radius 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = −0.5 (Catmull-Rom), radius 2.</summary>
    Bicubic,

    /// <summary>Windowed sinc of radius 3.</summary>
    Lanczos,

    /// <summary>
    /// The mean of the source pixels that a target pixel covers (Pillow's BOX, near OpenCV's INTER_AREA); when the
    /// image grows, the nearest pixel.
    /// </summary>
    Box,
}
