using SkiaSharp;

namespace Mien.Cli;

/// <summary>
/// Draws the time of a frame in its lower left corner, and the colours of the labels beside it. A frame without room
/// for them has none. Not thread-safe.
/// </summary>
internal sealed class FilmFooter : IDisposable
{
    /// <summary>The width that is kept for the time.</summary>
    private const string LongestTime = "00:00:00.000";

    /// <summary>The footer takes at most this share of the height.</summary>
    private const float MaxShare = 0.16f;

    /// <summary>Smaller text is not readable, in pixels.</summary>
    private const float MinText = 6;

    private static readonly SKColor Ground = new(16, 18, 22, 150);

    private readonly IReadOnlyList<LabelStyle> styles;
    private readonly List<(string Text, int Label, float X, float Y)> legend = [];
    private readonly SKFont font;
    private readonly float pad;
    private readonly float row;
    private readonly float bottom;
    private readonly SKPaint paint = new() { IsAntialias = true };

    /// <summary>Prepares the drawing.</summary>
    /// <param name="width">The width of the frames in pixels.</param>
    /// <param name="height">The height of the frames in pixels.</param>
    /// <param name="text">The height of the text in pixels.</param>
    /// <param name="labels">The labels of the model.</param>
    /// <param name="styles">Their styles.</param>
    public FilmFooter(int width, int height, float text, IReadOnlyList<string> labels, IReadOnlyList<LabelStyle> styles)
    {
        this.styles = styles;
        bottom = height;
        font = new SKFont(EmbeddedFont.Typeface, MathF.Max(9, text * 0.8f)) { Subpixel = true };
        float wanted = font.MeasureText(LongestTime) + font.Size;
        font.Size = MathF.Min(font.Size, font.Size * width / wanted);
        pad = font.Size * 0.4f;
        row = font.Size * 1.45f;
        if (font.Size < MinText || row > height * MaxShare)
        {
            return;
        }

        float time = font.MeasureText(LongestTime) + (2 * pad);
        Area = new SKRect(0, height - row, time, height);
        float right = Place(labels, time, width);
        int rows = legend.Count == 0 ? 1 : 1 + (int)legend.Max(l => l.Y);
        if (right > width || rows * row > height * MaxShare)
        {
            legend.Clear();
            return;
        }

        Area = new SKRect(0, height - (rows * row), MathF.Max(time, right), height);
    }

    /// <summary>The part of the frame that is drawn on; empty if there is no room.</summary>
    public SKRect Area { get; }

    /// <summary>Draws time and legend.</summary>
    public void Draw(SKCanvas canvas, TimeSpan time)
    {
        if (Area.IsEmpty)
        {
            return;
        }

        paint.Color = Ground;
        canvas.DrawRect(Area, paint);
        paint.Color = SKColors.White;
        canvas.DrawText(ClockText.Of(time, decimals: 3), pad, Baseline(0), SKTextAlign.Left, font, paint);
        foreach ((string text, int label, float x, float y) in legend)
        {
            float middle = Baseline(y) - (font.Size * 0.35f);
            paint.Color = styles[label].Skia;
            float half = font.Size * 0.12f;
            canvas.DrawRect(new SKRect(x, middle - half, x + Sample, middle + half), paint);
            paint.Color = SKColors.White;
            canvas.DrawText(text, x + Sample + (pad / 2), Baseline(y), SKTextAlign.Left, font, paint);
        }
    }

    public void Dispose()
    {
        font.Dispose();
        paint.Dispose();
    }

    private float Sample => font.Size * 1.1f;

    /// <summary>The baseline of a row, counted from the bottom.</summary>
    private float Baseline(float number) => bottom - (number * row) - (row * 0.28f);

    /// <summary>Places the labels in rows, upwards; gives the right edge of the longest row.</summary>
    private float Place(IReadOnlyList<string> labels, float time, int width)
    {
        float x = time + pad,
            right = 0;
        int number = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            float end = x + Sample + (pad / 2) + font.MeasureText(labels[i]) + pad;
            if (end > width && x > pad)
            {
                number++;
                end -= x - pad;
                x = pad;
            }

            legend.Add((labels[i], i, x, number));
            right = MathF.Max(right, end);
            x = end + (pad / 2);
        }

        return right;
    }
}
