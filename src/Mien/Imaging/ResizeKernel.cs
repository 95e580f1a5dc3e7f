namespace Mien;

/// <summary>
/// The resampling kernel for resizing an image to a model's input size. All kernels except <see cref="Nearest"/> are
/// widened when the image shrinks (antialiasing), as in Pillow, with which most networks were trained.
/// </summary>
public enum ResizeKernel
{
    /// <summary>Nearest neighbour, without antialiasing.</summary>
    Nearest,

    /// <summary>A triangle kernel of radius 1.</summary>
    Bilinear,

    /// <summary>The cubic convolution kernel of Keys (1981) with a = −0.5 (Catmull-Rom), of radius 2.</summary>
    Bicubic,

    /// <summary>A Lanczos-windowed sinc of radius 3.</summary>
    Lanczos,

    /// <summary>
    /// The mean of the source pixels that a target pixel covers (Pillow's BOX, close to OpenCV's INTER_AREA); nearest
    /// neighbour when the image grows.
    /// </summary>
    Box,
}
