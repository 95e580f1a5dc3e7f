namespace Mien;

/// <summary>
/// The memory layout of pixels for <see cref="Photo.FromPixels"/>: 8 bits per channel, without padding between pixels.
/// </summary>
public enum PixelLayout
{
    /// <summary>One byte per pixel: gray.</summary>
    Gray,

    /// <summary>Three bytes per pixel: red, green, blue.</summary>
    Rgb,

    /// <summary>Three bytes a pixel: blue, green, red (OpenCV's order).</summary>
    Bgr,

    /// <summary>Four bytes a pixel: red, green, blue, alpha (not premultiplied).</summary>
    Rgba,

    /// <summary>
    /// Four bytes a pixel: blue, green, red, alpha (not premultiplied; the order of Windows bitmaps).
    /// </summary>
    Bgra,
}
