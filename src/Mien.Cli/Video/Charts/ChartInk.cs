using SkiaSharp;

namespace Mien.Cli;

/// <summary>Colours and strokes of the chart of a video.</summary>
internal static class ChartInk
{
    public static readonly SKColor Text = new(0x1F, 0x29, 0x33);
    public static readonly SKColor Soft = new(0x52, 0x5F, 0x6B);
    public static readonly SKColor Axis = new(0x8A, 0x94, 0x9E);
    public static readonly SKColor Grid = new(0xE4, 0xE8, 0xEC);
    public static readonly SKColor NotSeen = new(0xEC, 0xEF, 0xF2);

    private static readonly SKColor Edge = new(0x5C, 0x5C, 0x5C);
    private const float Line = 2;

    /// <summary>Draws the line of a label; one in a light colour has a dark edge.</summary>
    public static void Stroke(SKCanvas canvas, SKPath path, LabelStyle style)
    {
        using SKPathEffect? dashes = style.Dashes.Count > 0 ? SKPathEffect.CreateDash([.. style.Dashes], 0) : null;
        using var paint = new SKPaint
        {
            IsAntialias = true,
            IsStroke = true,
            StrokeJoin = SKStrokeJoin.Round,
            PathEffect = dashes,
        };
        if (style.IsLight)
        {
            paint.Color = Edge;
            paint.StrokeWidth = Line + 1.4f;
            canvas.DrawPath(path, paint);
        }

        paint.Color = style.Skia;
        paint.StrokeWidth = Line;
        canvas.DrawPath(path, paint);
    }

    /// <summary>Draws the vertical line of a cut.</summary>
    public static void Cut(SKCanvas canvas, float x, float top, float bottom)
    {
        using SKPathEffect dashes = SKPathEffect.CreateDash([3, 3], 0);
        using var paint = new SKPaint
        {
            Color = Soft,
            StrokeWidth = 1,
            IsStroke = true,
            PathEffect = dashes,
        };
        using var path = new SKPath();
        path.MoveTo(Crisp(x), top);
        path.LineTo(Crisp(x), bottom);
        canvas.DrawPath(path, paint);
    }

    /// <summary>A one-pixel line is sharp if it is centred on a pixel.</summary>
    public static float Crisp(float place) => MathF.Floor(place) + 0.5f;
}
