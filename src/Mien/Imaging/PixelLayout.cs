namespace Mien;

/// <summary>How a caller's pixels lie in memory; 8 bits a channel, without padding between pixels.</summary>
public enum PixelLayout
{
    /// <summary>One byte a pixel: gray.</summary>
    Gray,

    /// <summary>Three bytes a pixel: red, green, blue.</summary>
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
