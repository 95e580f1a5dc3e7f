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

    /// <summary>Three bytes per pixel: blue, green, red (OpenCV's order).</summary>
    Bgr,

    /// <summary>
    /// Four bytes per pixel: red, green, blue, alpha (0 transparent to 255 opaque), not premultiplied. Where the fourth
    /// byte is unused, use <see cref="Rgbx"/>; with this layout, a 0 makes every pixel transparent and the photo white.
    /// </summary>
    Rgba,

    /// <summary>
    /// Four bytes per pixel: blue, green, red, alpha (0 transparent to 255 opaque), not premultiplied; .NET's
    /// <c>Format32bppArgb</c>. Where the fourth byte is unused, use <see cref="Bgrx"/>; with this layout, a 0
    /// makes every pixel transparent and the photo white.
    /// </summary>
    Bgra,

    /// <summary>Four bytes per pixel: red, green, blue, and one that is ignored.</summary>
    Rgbx,

    /// <summary>
    /// Four bytes per pixel: blue, green, red, and one that is ignored: frames of most screen and camera APIs,
    /// Windows' 32-bit RGB, .NET's <c>Format32bppRgb</c>.
    /// </summary>
    Bgrx,

    /// <summary>
    /// Four bytes per pixel: red, green, blue, alpha, the colours multiplied by alpha / 255, as Android's bitmaps
    /// and Skia keep them.
    /// </summary>
    RgbaPremultiplied,

    /// <summary>
    /// Four bytes per pixel: blue, green, red, alpha, the colours multiplied by alpha / 255, as Direct2D, WPF's
    /// <c>Pbgra32</c> and Core Graphics keep them.
    /// </summary>
    BgraPremultiplied,
}
