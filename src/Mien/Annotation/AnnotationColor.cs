using System.Globalization;

namespace Mien;

/// <summary>A colour of 8 bits a channel, in sRGB.</summary>
/// <param name="Red">0..255.</param>
/// <param name="Green">0..255.</param>
/// <param name="Blue">0..255.</param>
public readonly record struct AnnotationColor(byte Red, byte Green, byte Blue)
{
    /// <summary>
    /// Whether black text reads better on it than white: its relative luminance (WCAG 2, without the small linear part)
    /// is over 0.18.
    /// </summary>
    public bool IsLight => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue)) > 0.18;

    /// <summary>The colour as style sheets write it.</summary>
    /// <returns>For example <c>#e69f00</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private static double Linear(byte value) => Math.Pow(value / 255.0, 2.2);
}
