using System.Globalization;
using SkiaSharp;

namespace Mien.Cli;

/// <summary>
/// Draws the running chart of a track: the smoothed probabilities of the last seconds, up to the frame at the right
/// edge, and the number of the track. Not thread-safe.
/// </summary>
internal sealed class FilmChart : IDisposable
{
    /// <summary>The line of a label that never reaches this probability is not drawn.</summary>
    private const float MinShown = 0.02f;

    /// <summary>Points are at least this far apart, in pixels.</summary>
    private const double MinStep = 0.75;

    private static readonly SKColor Ground = new(16, 18, 22, 175);
    private static readonly SKColor Grid = new(255, 255, 255, 60);
    private static readonly SKColor Edge = new(255, 255, 255, 120);

    private readonly float text;
    private readonly IReadOnlyList<LabelStyle> styles;
    private readonly SKPathEffect?[] dashes;
    private readonly SKFont font;
    private readonly SKPath path = new();
    private readonly SKPaint fill = new() { IsAntialias = true };
    private readonly SKPaint line = new()
    {
        IsAntialias = true,
        IsStroke = true,
        StrokeJoin = SKStrokeJoin.Round,
        StrokeCap = SKStrokeCap.Round,
    };

    /// <summary>Prepares the drawing.</summary>
    /// <param name="text">The height of the text in pixels.</param>
    /// <param name="styles">The styles of the labels.</param>
    public FilmChart(float text, IReadOnlyList<LabelStyle> styles)
    {
        (this.text, this.styles) = (text, styles);
        font = new SKFont(EmbeddedFont.Typeface, MathF.Max(9, text * 0.8f)) { Subpixel = true };

        // The lines of the seven expressions differ in colour. Other labels share one.
        dashes =
        [
            .. styles.Select(s =>
                styles.Count(o => o.Color == s.Color) > 1 && s.Dashes.Count > 0
                    ? SKPathEffect.CreateDash([.. s.Dashes.Select(d => d * text / 16)], 0)
                    : null
            ),
        ];
    }

    /// <summary>Draws a chart.</summary>
    /// <param name="canvas">The canvas of the frame.</param>
    /// <param name="area">The place of the chart.</param>
    /// <param name="time">The time of the frame.</param>
    /// <param name="face">The track.</param>
    public void Draw(SKCanvas canvas, SKRect area, TimeSpan time, FilmFace face)
    {
        float corner = text * 0.2f;
        fill.Color = Ground;
        canvas.DrawRoundRect(area, corner, corner, fill);
        canvas.Save();
        canvas.ClipRect(area);
        SKRect plot = area;
        plot.Inflate(-MathF.Max(2, text * 0.2f), -MathF.Max(2, text * 0.2f));
        DrawGrid(canvas, plot, time);
        line.StrokeWidth = MathF.Max(1.5f, text / 9);

        // The most probable label last, so that its line is whole.
        foreach (int label in Enumerable.Range(0, styles.Count).OrderBy(i => face.Scores[i]))
        {
            DrawLine(canvas, plot, time, face, label);
        }

        line.PathEffect = null;
        fill.Color = new SKColor(255, 255, 255, 210);
        canvas.DrawText(
            face.Track.ToString(CultureInfo.InvariantCulture),
            plot.Left,
            plot.Top - font.Metrics.Ascent - (0.15f * font.Size),
            SKTextAlign.Left,
            font,
            fill
        );
        canvas.Restore();
    }

    public void Dispose()
    {
        foreach (SKPathEffect? effect in dashes)
        {
            effect?.Dispose();
        }

        font.Dispose();
        path.Dispose();
        fill.Dispose();
        line.Dispose();
    }

    /// <summary>Half of the probability, and whole seconds, which move with the time.</summary>
    private void DrawGrid(SKCanvas canvas, SKRect plot, TimeSpan time)
    {
        line.Color = Grid;
        line.StrokeWidth = 1;
        line.PathEffect = null;
        canvas.DrawLine(plot.Left, ChartInk.Crisp(plot.MidY), plot.Right, ChartInk.Crisp(plot.MidY), line);
        double first = Math.Ceiling((time - FilmCursor.Window).TotalSeconds);
        for (double second = first; second <= time.TotalSeconds; second++)
        {
            float x = X(plot, time, TimeSpan.FromSeconds(second));
            canvas.DrawLine(x, plot.Bottom - (plot.Height * 0.12f), x, plot.Bottom, line);
        }
    }

    private void DrawLine(SKCanvas canvas, SKRect plot, TimeSpan time, FilmFace face, int label)
    {
        // Of the points in a cell the first is taken. Cells do not move with the time, so lines keep their shape.
        double cell = FilmCursor.Window.TotalSeconds / plot.Width * MinStep,
            last = double.NaN;
        float max = face.Scores[label];
        path.Reset();
        foreach (FilmPoint point in face.History)
        {
            double at = Math.Floor(point.Time.TotalSeconds / cell);
            if (at == last && !point.IsAfterGap)
            {
                continue;
            }

            float x = X(plot, time, point.Time),
                y = Y(plot, point.Scores[label]);
            if (double.IsNaN(last) || point.IsAfterGap)
            {
                path.MoveTo(x, y);
            }
            else
            {
                path.LineTo(x, y);
            }

            last = at;
            max = MathF.Max(max, point.Scores[label]);
        }

        if (max < MinShown || double.IsNaN(last))
        {
            return;
        }

        path.LineTo(plot.Right, Y(plot, face.Scores[label]));
        line.PathEffect = dashes[label];
        if (!styles[label].IsLight)
        {
            // Dark lines have a light edge on the dark ground.
            float width = line.StrokeWidth;
            line.Color = Edge;
            line.StrokeWidth = width + 1;
            canvas.DrawPath(path, line);
            line.StrokeWidth = width;
        }

        line.Color = styles[label].Skia;
        canvas.DrawPath(path, line);
    }

    private static float X(SKRect plot, TimeSpan time, TimeSpan at) =>
        plot.Right - (float)((time - at) / FilmCursor.Window * plot.Width);

    private static float Y(SKRect plot, float score) => plot.Bottom - (score * plot.Height);
}
