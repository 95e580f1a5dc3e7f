using SkiaSharp;

namespace Mien.CommandLine;

/// <summary>
/// Text on charts, in the font that travels with the library: where no font is installed, Skia silently draws no text
/// at all, and where one is, charts would differ from machine to machine.
/// </summary>
internal sealed class ChartFont : IDisposable
{
    private readonly SKFont font;
    private readonly SKPaint paint;

    public ChartFont(float size, SKColor color)
    {
        font = new SKFont(EmbeddedFont.Typeface, size) { Subpixel = true, Hinting = SKFontHinting.None };
        paint = new SKPaint { Color = color, IsAntialias = true };
    }

    /// <summary>The width of a line of text in pixels.</summary>
    public float Width(string text) => font.MeasureText(text);

    /// <summary>Draws a line of text on its baseline.</summary>
    public void Draw(SKCanvas canvas, string text, float x, float y, SKTextAlign align = SKTextAlign.Left) =>
        canvas.DrawText(text, x, y, align, font, paint);

    /// <summary>The text, cut short with an ellipsis where it is wider than the room.</summary>
    public string Fit(string text, float room)
    {
        if (Width(text) <= room)
        {
            return text;
        }

        int length = text.Length;
        while (length > 0 && (char.IsHighSurrogate(text[length - 1]) || Width(text[..length] + "…") > room))
        {
            length--;
        }

        return text[..length].TrimEnd() + "…";
    }

    public void Dispose()
    {
        font.Dispose();
        paint.Dispose();
    }
}
