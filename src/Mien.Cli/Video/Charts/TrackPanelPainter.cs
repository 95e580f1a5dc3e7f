using System.Globalization;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli;

/// <summary>
/// Draws the panel of a track: the face, the probabilities over time, and a strip with the smoothed label.
/// </summary>
internal sealed class TrackPanelPainter(
    SKCanvas canvas,
    VideoSummary summary,
    IReadOnlyList<LabelStyle> styles,
    ChartClock clock
) : IDisposable
{
    /// <summary>The space left of the plot, for face and axis.</summary>
    public const float Left = 168;

    /// <summary>The space right of the plot, for the labels at the ends of lines.</summary>
    public const float Right = 92;

    // Lengths in pixels.
    private const float FaceSide = 84;
    private const float StripHeight = 17;
    private const float Above = 10;
    private const float Below = 24;
    private const float LabelHeight = 14;

    // More bins would be narrower than two pixels.
    private const int MaxBins = 460;

    // With more cuts, lines would hide the curves, so they become ticks at the upper edge.
    private const int MaxCutLines = 60;

    // At the end of its line, a label with a smaller probability is not named.
    private const float MinNamed = 0.12f;

    private readonly ChartFont text = new(14, ChartInk.Text);
    private readonly ChartFont small = new(12.5f, ChartInk.Soft);
    private readonly ChartFont dark = new(11.5f, SKColors.Black);
    private readonly ChartFont bright = new(11.5f, SKColors.White);
    private SKRect plot;
    private SKRect strip;

    public void Draw(TrackSummary track, SKRect area)
    {
        strip = new SKRect(
            area.Left + Left,
            area.Bottom - Below - StripHeight,
            area.Right - Right,
            area.Bottom - Below
        );
        plot = new SKRect(strip.Left, area.Top + Above, strip.Right, strip.Top - 5);
        TrackSeries series = track.Series.Copy(MaxBins);
        DrawFace(track, area);
        DrawBackground(series);
        DrawCuts();
        for (int i = 0; i < styles.Count; i++)
        {
            DrawLine(series, i);
        }

        DrawStrip(series);
        NameLines(series);
    }

    public void Dispose()
    {
        text.Dispose();
        small.Dispose();
        dark.Dispose();
        bright.Dispose();
    }

    private void DrawFace(TrackSummary track, SKRect area)
    {
        float y = area.Top + Above;
        text.Draw(canvas, string.Create(CultureInfo.InvariantCulture, $"Track {track.Track}"), area.Left, y + 10);
        y += 18;
        if (track.Thumbnail is { } jpeg)
        {
            using SKImage? image = SKImage.FromEncodedData(jpeg);
            if (image is not null)
            {
                canvas.DrawImage(
                    image,
                    SKRect.Create(area.Left, y, FaceSide, FaceSide),
                    new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
                );
                y += FaceSide;
            }
        }

        small.Draw(canvas, "seen " + DurationText.Of(TimeSpan.FromSeconds(track.Seconds)), area.Left, y + 15);
        string most = string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Labels[track.TopLabel]} {track.Share(track.TopLabel) * 100:0} %"
        );
        small.Draw(canvas, small.Fit(most, Left - 20), area.Left, y + 31);
    }

    /// <summary>Grid, axes, and a gray ground where the face was not seen.</summary>
    private void DrawBackground(TrackSeries series)
    {
        using var fill = new SKPaint { Color = ChartInk.NotSeen };
        canvas.DrawRect(plot, fill);
        canvas.DrawRect(strip, fill);
        fill.Color = SKColors.White;
        foreach ((int first, int last) in Runs(series))
        {
            float left = Px(series.Time(first)),
                right = Math.Max(Px(series.End(last)), left + 1);
            canvas.DrawRect(new SKRect(left, plot.Top, right, plot.Bottom), fill);
        }

        using var grid = new SKPaint { Color = ChartInk.Grid, StrokeWidth = 1 };
        using var axis = new SKPaint { Color = ChartInk.Axis, StrokeWidth = 1 };
        foreach (int percent in new[] { 0, 25, 50, 75, 100 })
        {
            float y = ChartInk.Crisp(Py(percent / 100f));
            canvas.DrawLine(plot.Left, y, plot.Right, y, grid);
            if (percent % 50 == 0)
            {
                canvas.DrawLine(plot.Left - 4, y, plot.Left, y, axis);
                small.Draw(
                    canvas,
                    string.Create(CultureInfo.InvariantCulture, $"{percent} %"),
                    plot.Left - 8,
                    y + 4.5f,
                    SKTextAlign.Right
                );
            }
        }

        foreach ((TimeSpan time, _) in TimeTicks.Of(clock.From, clock.To, 10))
        {
            float x = ChartInk.Crisp(Px(time));
            canvas.DrawLine(x, plot.Top, x, plot.Bottom, grid);
            canvas.DrawLine(x, strip.Bottom, x, strip.Bottom + 4, axis);
        }

        canvas.DrawLine(ChartInk.Crisp(plot.Left), plot.Top, ChartInk.Crisp(plot.Left), strip.Bottom, axis);
        canvas.DrawLine(plot.Left, ChartInk.Crisp(strip.Bottom), plot.Right, ChartInk.Crisp(strip.Bottom), axis);
    }

    private void DrawCuts()
    {
        foreach (TimeSpan cut in summary.Cuts)
        {
            ChartInk.Cut(canvas, Px(cut), plot.Top, summary.Cuts.Count > MaxCutLines ? plot.Top + 6 : strip.Bottom);
        }
    }

    private void DrawLine(TrackSeries series, int label)
    {
        using var path = new SKPath();
        using var dot = new SKPaint { Color = styles[label].Skia, IsAntialias = true };
        foreach ((int first, int last) in Runs(series))
        {
            path.MoveTo(Px(series.Time(first)), Py(series.Smoothed(first, label)));
            for (int i = first + 1; i <= last; i++)
            {
                path.LineTo(Px(series.Time(i)), Py(series.Smoothed(i, label)));
            }

            if (first == last)
            {
                canvas.DrawCircle(Px(series.Time(first)), Py(series.Smoothed(first, label)), 2.5f, dot);
            }
        }

        ChartInk.Stroke(canvas, path, styles[label]);
    }

    /// <summary>Draws the smoothed label over time, named where there is room.</summary>
    private void DrawStrip(TrackSeries series)
    {
        foreach ((int first, int last) in Runs(series))
        {
            for (int i = first; i <= last; )
            {
                int label = series.Top(i);
                int next = i + 1;
                while (next <= last && series.Top(next) == label)
                {
                    next++;
                }

                float left = Px(series.Time(i)),
                    right = Math.Max(Px(next <= last ? series.Time(next) : series.End(last)), left + 1);
                using var fill = new SKPaint { Color = styles[label].Skia };
                canvas.DrawRect(new SKRect(left, strip.Top, right, strip.Bottom), fill);
                string name = summary.Labels[label];
                ChartFont font = styles[label].IsLight ? dark : bright;
                if (font.Width(name) + 8 <= right - left)
                {
                    font.Draw(canvas, name, (left + right) / 2, strip.Bottom - 4.5f, SKTextAlign.Center);
                }

                i = next;
            }
        }
    }

    /// <summary>Names the highest lines at the track's end.</summary>
    private void NameLines(TrackSeries series)
    {
        int end = series.Count - 1;
        if (end < 0)
        {
            return;
        }

        float before = float.NegativeInfinity;
        foreach (
            int label in Enumerable
                .Range(0, styles.Count)
                .Where(i => series.Smoothed(end, i) >= MinNamed)
                .OrderByDescending(i => series.Smoothed(end, i))
        )
        {
            float y = Math.Max(Py(series.Smoothed(end, label)), before + LabelHeight);
            before = y;
            string name = small.Fit(summary.Labels[label], Right - 10);
            small.Draw(canvas, name, Px(series.Time(end)) + 6, y + 4.5f);
        }
    }

    /// <summary>The stretches of bins without a gap.</summary>
    private static IEnumerable<(int First, int Last)> Runs(TrackSeries series)
    {
        int first = 0;
        for (int i = 1; i <= series.Count; i++)
        {
            if (i == series.Count || series.IsAfterGap(i))
            {
                yield return (first, i - 1);
                first = i;
            }
        }
    }

    private float Px(TimeSpan time) => plot.Left + (plot.Width * Math.Clamp(clock.Place(time), 0, 1));

    private float Py(float share) => plot.Bottom - (plot.Height * Math.Clamp(share, 0, 1));
}
