using SkiaSharp;

namespace Mien.CommandLine;

/// <summary>
/// Text on charts, in the font embedded in the library. Without an installed font Skia silently draws no text, and with
/// installed fonts charts would differ between machines.
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

    /// <summary>Truncates a text that is wider than <paramref name="room"/> (in pixels) with an ellipsis.</summary>
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
