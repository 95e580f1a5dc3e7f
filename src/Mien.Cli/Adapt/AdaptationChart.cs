using System.Globalization;
using System.Text;
using Mien.Adaptation;
using Mien.CommandLine;
using Mien.Evaluation;
using SkiaSharp;

namespace Mien.Cli;

/// <summary>
/// Draws a report: the accuracy by the number of labels, and recall before and after by label, as HTML, SVG or PNG.
/// </summary>
internal static class AdaptationChart
{
    private const int Width = 900;
    private const int Height = 420;

    private static readonly string[] Extensions = [".html", ".svg", ".png"];

    /// <summary>Rejects a file whose extension names no form.</summary>
    public static void Check(string? file)
    {
        if (file is not null && !Extensions.Contains(Extension(file), StringComparer.Ordinal))
        {
            throw new UsageException($"--chart: '{file}' should end in {string.Join(", ", Extensions)}.");
        }
    }

    /// <summary>Writes the chart of a report whose gain was measured.</summary>
    public static void Write(string file, AdaptationReport report)
    {
        ChartSheet sheet = Sheet(report);
        switch (Extension(file))
        {
            case ".png":
                OutputFile.WriteBytes(file, sheet.ToPng());
                break;
            case ".svg":
                OutputFile.WriteText(file, sheet.ToSvg());
                break;
            default:
                OutputFile.WriteText(file, Page(report, sheet.ToSvg()));
                break;
        }
    }

    private static string Extension(string file) => Path.GetExtension(file).ToLowerInvariant();

    private static ChartSheet Sheet(AdaptationReport report)
    {
        LineChart curve = Curve(report);
        LineChart recall = Recall(report);
        return new ChartSheet(
            Width,
            2 * Height,
            [(curve, SKRect.Create(0, 0, Width, Height)), (recall, SKRect.Create(0, Height, Width, Height))]
        );
    }

    private static LineChart Curve(AdaptationReport report)
    {
        AdaptationGain gain = report.Gain!;
        IReadOnlyList<AdaptationCurvePoint> points = report.LearningCurve;
        double last = points.Count > 0 ? points[^1].Labels : report.Faces;
        (double, double)[] Line(Func<AdaptationCurvePoint, double> value) =>
            [.. points.Select(p => (p.Labels, value(p) * 100))];
        return new LineChart
        {
            Title = $"{report.Model}: accuracy on faces that were not used",
            X = new() { Label = "labels", From = 0 },
            Y = new() { Label = "accuracy (%)" },
            Series =
            [
                new("after", Line(p => p.Accuracy)) { Marker = ChartMarker.Dot },
                new("before", [(0, gain.Before.Value * 100), (last, gain.Before.Value * 100)]),
                new("after ± spread of the draws", Line(p => p.Accuracy + p.Deviation))
                {
                    Color = new SKColor(0x9F, 0xC5, 0xE8),
                },
                new(null, Line(p => p.Accuracy - p.Deviation)) { Color = new SKColor(0x9F, 0xC5, 0xE8) },
            ],
        };
    }

    private static LineChart Recall(AdaptationReport report)
    {
        IReadOnlyList<AdaptationClassGain> classes = report.Gain!.PerClass;
        (double, double)[] Points(Func<AdaptationClassGain, double> value) =>
            [.. classes.Select((c, i) => ((double)i, c.Faces > 0 ? value(c) * 100 : double.NaN))];
        return new LineChart
        {
            Title = "Recall by label",
            X = new()
            {
                From = -0.5,
                To = classes.Count - 0.5,
                Ticks = [.. classes.Select((c, i) => ((double)i, c.Label))],
            },
            Y = new()
            {
                Label = "recall (%)",
                From = 0,
                To = 100,
            },
            Series =
            [
                new("after", Points(c => c.RecallAfter)) { Line = false, Marker = ChartMarker.LargeDot },
                new("before", Points(c => c.RecallBefore)) { Line = false, Marker = ChartMarker.Ring },
            ],
        };
    }

    private static string Page(AdaptationReport report, string svg)
    {
        AdaptationGain gain = report.Gain!;
        var rows = new StringBuilder();
        foreach (AdaptationCurvePoint p in report.LearningCurve)
        {
            rows.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{p.Labels:N0}</td><td>{Html.Percent(p.Accuracy)}</td><td>{p.Draws:N0}</td></tr>\n"
            );
        }

        string notes = string.Concat(report.Notes.Select(n => $"<p>{Html.Escape(n)}</p>\n"));
        string drawing = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        return $$"""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>{{Html.Escape(report.Model)}}</title>
                <style>
                body { font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
                svg { max-width: 100%; height: auto; }
                td, th { text-align: right; padding: 0.2rem 0.8rem; }
                </style>
                </head>
                <body>
                <h1>{{Html.Escape(report.Model)}}</h1>
                <p>{{Html.Escape(report.BaseModel)}} adapted to {{Html.Count(
                    report.Faces
                )}} labelled faces. Accuracy before:
                {{Html.Percent(gain.Before.Value)}}, after: {{Html.Percent(gain.After.Value)}} (95 % interval:
                {{Html.Percent(new Interval(gain.After.Low, gain.After.High))}}).</p>
                {{drawing}}
                <table>
                <tr><th>labels</th><th>accuracy</th><th>draws</th></tr>
                {{rows}}</table>
                {{notes}}</body>
                </html>
                """.ReplaceLineEndings(
                "\n"
            ) + "\n";
    }
}
