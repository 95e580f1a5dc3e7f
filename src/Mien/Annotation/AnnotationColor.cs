using System.Globalization;

namespace Mien;

/// <summary>An sRGB colour with 8 bits per channel.</summary>
/// <param name="Red">The red channel, 0..255.</param>
/// <param name="Green">The green channel, 0..255.</param>
/// <param name="Blue">The blue channel, 0..255.</param>
public readonly record struct AnnotationColor(byte Red, byte Green, byte Blue)
{
    /// <summary>
    /// Whether black text is more readable than white on this colour: its relative luminance is over 0.18. The
    /// luminance is that of WCAG 2, with a plain power of 2.2 instead of its piecewise curve.
    /// </summary>
    public bool IsLight => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue)) > 0.18;

    /// <summary>Formats the colour as a CSS hex value.</summary>
    /// <returns>For example <c>#e69f00</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private static double Linear(byte value) => Math.Pow(value / 255.0, 2.2);
}
