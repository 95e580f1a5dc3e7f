using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli;

/// <summary>Draws the chart of a video as a picture: title, legend, one panel per track, and the time axis.</summary>
internal sealed partial class VideoChartSheet : IDisposable
{
    /// <summary>The maximum number of panels.</summary>
    public const int MaxTracks = 8;

    // Lengths in pixels.
    private const int Width = 1200;
    private const int PanelHeight = 178;
    private const int Pad = 24;
    private const int Bottom = 58;
    private const int LegendRow = 22;
    private const float Sample = 30;

    // A chart is printed, so pixels are finer than on a screen.
    private const int PngScale = 2;

    private readonly SKCanvas canvas;
    private readonly VideoSummary summary;
    private readonly IReadOnlyList<LabelStyle> styles;
    private readonly ChartFont title = new(20, ChartInk.Text);
    private readonly ChartFont label = new(14, ChartInk.Text);
    private readonly ChartFont small = new(12.5f, ChartInk.Soft);
    private float top;

    private VideoChartSheet(SKCanvas canvas, VideoSummary summary)
    {
        this.canvas = canvas;
        this.summary = summary;
        styles = LabelStyle.Of(summary.Labels);
    }

    /// <summary>The chart as a PNG file.</summary>
    public static byte[] ToPng(VideoSummary summary)
    {
        int height = Height(summary);
        using SKSurface surface = SKSurface.Create(
            new SKImageInfo(Width * PngScale, height * PngScale, SKColorType.Rgba8888)
        );
        surface.Canvas.Scale(PngScale);
        using (var sheet = new VideoChartSheet(surface.Canvas, summary))
        {
            sheet.Draw(height);
        }

        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>The chart as an SVG document; its text is text.</summary>
    public static string ToSvg(VideoSummary summary)
    {
        int height = Height(summary);
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(Width, height), stream))
        using (var sheet = new VideoChartSheet(canvas, summary))
        {
            sheet.Draw(height);
        }

        // Skia places each letter, which looks wrong in another font.
        string svg = PlacedText()
            .Replace(
                Encoding.UTF8.GetString(stream.ToArray()),
                """ font-family="DejaVu Sans, Verdana, sans-serif" x="$1" y="$2">$3</text>"""
            );

        // So that it scales to its place on a page, and screen readers name it.
        int start = svg.IndexOf("<svg", StringComparison.Ordinal);
        int end = svg.IndexOf('>', start);
        string name = new([.. Heading(summary).Select(c => char.IsControl(c) ? '\uFFFD' : c)]);
        string attributes = string.Create(
            CultureInfo.InvariantCulture,
            $" viewBox=\"0 0 {Width} {height}\" role=\"img\""
        );
        return svg[..end] + attributes + $">\n<title>{WebUtility.HtmlEncode(name)}</title>" + svg[(end + 1)..];
    }

    public void Dispose()
    {
        title.Dispose();
        label.Dispose();
        small.Dispose();
    }

    private static string Heading(VideoSummary summary) => summary.Name + ": expression probabilities over time";

    private static int Height(VideoSummary summary)
    {
        int panels = Math.Clamp(summary.Tracks.Count, 1, MaxTracks);
        return 92 + (LegendRows(summary) * LegendRow) + (panels * PanelHeight) + Bottom;
    }

    private static int LegendRows(VideoSummary summary)
    {
        using var font = new ChartFont(14, ChartInk.Text);
        return Legend(summary, font).Select(l => l.Row).DefaultIfEmpty().Max() + 1;
    }

    private static IEnumerable<(int Index, string Text, float X, int Row)> Legend(VideoSummary summary, ChartFont font)
    {
        float x = Pad;
        int row = 0;

        // The last two entries explain the backgrounds.
        for (int i = 0; i < summary.Labels.Count + 2; i++)
        {
            string text =
                i < summary.Labels.Count ? summary.Labels[i]
                : i == summary.Labels.Count ? "face not seen"
                : "cut";
            float width = Sample + 8 + font.Width(text) + 20;
            if (x > Pad && x + width > Width - Pad)
            {
                x = Pad;
                row++;
            }

            yield return (i, text, x, row);
            x += width;
        }
    }

    private void Draw(int height)
    {
        canvas.Clear(SKColors.White);
        title.Draw(canvas, title.Fit(summary.Name, Width - (2 * Pad)), Pad, 38);
        IReadOnlyList<TrackSummary> tracks = summary.Longest(MaxTracks);
        string shown =
            tracks.Count < summary.Tracks.Count
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"; the {tracks.Count} tracks seen longest are shown, {summary.Tracks.Count - tracks.Count} not"
                )
                : "";
        label.Draw(canvas, label.Fit(VideoSummaryTable.Facts(summary) + shown, Width - (2 * Pad)), Pad, 62);
        DrawLegend();
        top = 92 + (LegendRows(summary) * LegendRow);
        var clock = ChartClock.Of(summary);
        if (tracks.Count == 0)
        {
            label.Draw(canvas, "No face was found.", Width / 2f, top + (PanelHeight / 2f), SKTextAlign.Center);
        }

        using var panel = new TrackPanelPainter(canvas, summary, styles, clock);
        foreach (TrackSummary track in tracks)
        {
            panel.Draw(track, SKRect.Create(Pad, top, Width - (2 * Pad), PanelHeight));
            top += PanelHeight;
        }

        DrawTimes(clock, height);
    }

    private void DrawLegend()
    {
        foreach ((int index, string text, float x, int row) in Legend(summary, label))
        {
            float y = 86 + (row * LegendRow);
            if (index < styles.Count)
            {
                using var path = new SKPath();
                path.MoveTo(x, y);
                path.LineTo(x + Sample, y);
                ChartInk.Stroke(canvas, path, styles[index]);
            }
            else if (index == styles.Count)
            {
                using var fill = new SKPaint { Color = ChartInk.NotSeen };
                canvas.DrawRect(SKRect.Create(x, y - 7, Sample, 14), fill);
            }
            else
            {
                ChartInk.Cut(canvas, x + (Sample / 2), y - 8, y + 8);
            }

            label.Draw(canvas, text, x + Sample + 8, y + 5);
        }
    }

    private void DrawTimes(ChartClock clock, int height)
    {
        float left = Pad + TrackPanelPainter.Left,
            right = Width - Pad - TrackPanelPainter.Right;
        foreach ((TimeSpan time, string text) in TimeTicks.Of(clock.From, clock.To, 10))
        {
            float x = left + (clock.Place(time) * (right - left));
            small.Draw(canvas, text, x, height - Bottom + 14, SKTextAlign.Center);
        }

        label.Draw(
            canvas,
            clock.To.TotalHours >= 1 ? "time (h:mm:ss)" : "time (m:ss)",
            (left + right) / 2,
            height - 16,
            SKTextAlign.Center
        );
    }

    [GeneratedRegex(
        """
            \ font-family="DejaVu\ Sans"\ x="([^,"]+),[^"]*"\ y="([^,"]+),[^"]*">\s*([^<]*?)\s*</text>
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex PlacedText();
}
