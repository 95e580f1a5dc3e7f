using SkiaSharp;

namespace Mien.CommandLine;

/// <summary>Draws one chart on a canvas of a bitmap or of an SVG document.</summary>
internal sealed class ChartPainter(SKCanvas canvas, LineChart chart, SKRect area)
{
    // Lengths in pixels.
    private const float Pad = 12;
    private const float TitleHeight = 26;
    private const float LegendRow = 22;
    private const float LegendSample = 24;
    private const float LegendGap = 20;
    private const float TickRoom = 22;
    private const float LabelRoom = 22;
    private const float TickLength = 4;
    private const float Stroke = 2;

    private static readonly SKColor Ink = new(0x1F, 0x29, 0x33);
    private static readonly SKColor Soft = new(0x52, 0x5F, 0x6B);
    private static readonly SKColor Axis = new(0x8A, 0x94, 0x9E);
    private static readonly SKColor Grid = new(0xE4, 0xE8, 0xEC);

    private ChartScale x;
    private ChartScale y;
    private SKRect plot;

    public void Draw()
    {
        using var title = new ChartFont(17, Ink);
        using var label = new ChartFont(14, Ink);
        using var small = new ChartFont(13, Soft);
        (double X, double Y)[] points = [.. chart.Series.SelectMany(s => s.Points).Where(IsFinite)];
        x = ChartScale.Of(chart.X, [.. points.Select(p => p.X)], (int)(area.Width / 90));
        y = ChartScale.Of(chart.Y, [.. points.Select(p => p.Y)], (int)(area.Height / 55));

        float left = chart.LeftMargin ?? (Pad + LabelSpace(chart.Y) + Widest(y, small) + 10);
        float right = Pad + Math.Max(6, x.Ticks.Count == 0 ? 0 : small.Width(x.Ticks[^1].Text) / 2);
        float top = area.Top + Pad;
        if (chart.Title is { } text)
        {
            title.Draw(canvas, title.Fit(text, area.Width - left - Pad), area.Left + left, top + 15);
            top += TitleHeight;
        }

        top = Legend(label, area.Left + left, area.Right - Pad, top);
        float bottom = area.Bottom - Pad - LabelSpace(chart.X) - TickRoom;
        plot = new SKRect(area.Left + left, top, area.Right - right, Math.Max(top + 1, bottom));
        Axes(small, label);
        for (int i = 0; i < chart.Series.Count; i++)
        {
            canvas.Save();
            canvas.ClipRect(SKRect.Inflate(plot, 1, 1));
            Curve(chart.Series[i], i);
            canvas.Restore();
            Markers(chart.Series[i], i);
        }
    }

    private static float Widest(ChartScale scale, ChartFont font) =>
        scale.Ticks.Select(t => font.Width(t.Text)).DefaultIfEmpty().Max();

    private static float LabelSpace(ChartAxis axis) => axis.Label is null ? 0 : LabelRoom;

    /// <summary>Draws the legend from left to right in as many rows as needed; returns the top of the plot.</summary>
    private float Legend(ChartFont font, float left, float right, float top)
    {
        float at = left;
        bool any = false;
        for (int i = 0; i < chart.Series.Count; i++)
        {
            if (chart.Series[i] is not { Name: { } name } series)
            {
                continue;
            }

            string text = font.Fit(name, right - left - LegendSample - 8);
            float width = LegendSample + 8 + font.Width(text);
            if (at > left && at + width > right)
            {
                at = left;
                top += LegendRow;
            }

            float middle = top + 8;
            if (series.Line)
            {
                using SKPaint paint = LinePaint(series, i);
                canvas.DrawLine(at, middle, at + LegendSample, middle, paint);
            }

            Marker(series, i, at + (LegendSample / 2), middle);
            font.Draw(canvas, text, at + LegendSample + 8, middle + 5);
            at += width + LegendGap;
            any = true;
        }

        return top + (any ? LegendRow + 4 : 4);
    }

    private void Axes(ChartFont small, ChartFont label)
    {
        using var grid = new SKPaint { Color = Grid, StrokeWidth = 1 };
        using var axis = new SKPaint { Color = Axis, StrokeWidth = 1 };
        float free = float.NegativeInfinity;
        foreach ((double value, string text) in x.Ticks)
        {
            float at = Crisp(Px(value));
            canvas.DrawLine(at, plot.Top, at, plot.Bottom, grid);
            canvas.DrawLine(at, plot.Bottom, at, plot.Bottom + TickLength, axis);
            float half = small.Width(text) / 2;
            if (at - half > free)
            {
                small.Draw(canvas, text, at, plot.Bottom + 18, SKTextAlign.Center);
                free = at + half + 6;
            }
        }

        foreach ((double value, string text) in y.Ticks)
        {
            float at = Crisp(Py(value));
            canvas.DrawLine(plot.Left, at, plot.Right, at, grid);
            canvas.DrawLine(plot.Left - TickLength, at, plot.Left, at, axis);
            small.Draw(canvas, text, plot.Left - 8, at + 4.5f, SKTextAlign.Right);
        }

        canvas.DrawLine(Crisp(plot.Left), plot.Top, Crisp(plot.Left), Crisp(plot.Bottom) + 0.5f, axis);
        canvas.DrawLine(Crisp(plot.Left) - 0.5f, Crisp(plot.Bottom), plot.Right, Crisp(plot.Bottom), axis);
        if (chart.X.Label is { } below)
        {
            label.Draw(
                canvas,
                label.Fit(below, area.Width - (2 * Pad)),
                plot.MidX,
                area.Bottom - Pad - 3,
                SKTextAlign.Center
            );
        }

        if (chart.Y.Label is { } beside)
        {
            canvas.Save();
            canvas.RotateDegrees(-90, area.Left + Pad + 10, plot.MidY);
            label.Draw(
                canvas,
                label.Fit(beside, area.Height - (2 * Pad)),
                area.Left + Pad + 10,
                plot.MidY,
                SKTextAlign.Center
            );
            canvas.Restore();
        }
    }

    private void Curve(ChartSeries series, int index)
    {
        if (!series.Line)
        {
            return;
        }

        using var path = new SKPath();
        bool joined = false;
        foreach ((double X, double Y) point in series.Points)
        {
            if (!IsFinite(point))
            {
                joined = false;
            }
            else if (joined)
            {
                path.LineTo(Px(point.X), Py(point.Y));
            }
            else
            {
                path.MoveTo(Px(point.X), Py(point.Y));
                joined = true;
            }
        }

        using SKPaint paint = LinePaint(series, index);
        canvas.DrawPath(path, paint);
    }

    private void Markers(ChartSeries series, int index)
    {
        for (int i = 0; i < series.Points.Count; i++)
        {
            (double X, double Y) point = series.Points[i];
            bool inside = IsFinite(point) && x.Place(point.X) is >= 0 and <= 1 && y.Place(point.Y) is >= 0 and <= 1;
            bool alone =
                series.Line
                && !(i > 0 && IsFinite(series.Points[i - 1]))
                && !(i + 1 < series.Points.Count && IsFinite(series.Points[i + 1]));
            if (inside)
            {
                Marker(
                    series with
                    {
                        Marker = alone && series.Marker == ChartMarker.None ? ChartMarker.Dot : series.Marker,
                    },
                    index,
                    Px(point.X),
                    Py(point.Y)
                );
            }
        }
    }

    private void Marker(ChartSeries series, int index, float at, float height)
    {
        float radius = series.Marker switch
        {
            ChartMarker.None => 0,
            ChartMarker.Dot => 3.5f,
            _ => 6,
        };
        if (radius > 0)
        {
            using var paint = new SKPaint
            {
                Color = Color(series, index),
                IsAntialias = true,
                IsStroke = series.Marker == ChartMarker.Ring,
                StrokeWidth = Stroke,
            };
            canvas.DrawCircle(at, height, radius, paint);
        }
    }

    private static SKPaint LinePaint(ChartSeries series, int index) =>
        new()
        {
            Color = Color(series, index),
            IsAntialias = true,
            IsStroke = true,
            StrokeWidth = Stroke,
            StrokeJoin = SKStrokeJoin.Round,
            PathEffect = index >= ChartSeries.Palette.Count ? SKPathEffect.CreateDash([6, 4], 0) : null,
        };

    private static SKColor Color(ChartSeries series, int index) =>
        series.Color ?? ChartSeries.Palette[index % ChartSeries.Palette.Count];

    private static bool IsFinite((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    // Points far outside the plot are clamped: they are clipped anyway, and Skia's coordinates have a limited range.
    private float Px(double value) => plot.Left + (plot.Width * (float)Math.Clamp(x.Place(value), -100, 100));

    private float Py(double value) => plot.Bottom - (plot.Height * (float)Math.Clamp(y.Place(value), -100, 100));

    // A one-pixel line is sharp if it is centred on a pixel.
    private static float Crisp(float place) => MathF.Floor(place) + 0.5f;
}
