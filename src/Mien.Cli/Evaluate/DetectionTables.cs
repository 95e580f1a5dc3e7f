using System.Globalization;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>Writes a report on face detection and classification as tables.</summary>
internal static class DetectionTables
{
    public static void Write(CommandConsole console, DetectionReport report)
    {
        DetectionResult result = report.Result;
        string tiles = report.Detection.Tiles.ToString().ToLowerInvariant();
        string angles = report.Detection.Angles == AngleSearch.Any ? ", any angle" : "";
        console.WriteBold(
            $"{report.Model} on {report.Data}, {report.Split}: "
                + $"{EvaluationTables.Count(result.Count)} {(result.Count == 1 ? "face" : "faces")} in "
                + $"{EvaluationTables.Count(report.Photos - report.Errors.Count)} "
                + $"{(report.Photos - report.Errors.Count == 1 ? "photo" : "photos")}"
                + $"{(report.Head is null ? "" : $", head: {report.Head}")}"
        );
        console.Out.WriteLine();
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Face detection: {report.Detector.ToString().ToLowerInvariant()}, tiles {tiles}{angles}, minimum "
                    + $"detection score {report.Detection.MinScore}"
            )
        );
        console.Out.WriteLine();
        WriteFigures(console, report);
        console.Out.WriteLine();
        WritePerClass(console, result);
        console.Out.WriteLine();
        EvaluationTables.WriteConfusion(console, result.Confusion, [.. result.PerClass.Select(c => c.Missed)]);
    }

    private static void WriteFigures(CommandConsole console, DetectionReport report)
    {
        DetectionResult result = report.Result;
        var lines = new List<(string Name, string Value)>
        {
            (
                "missed faces",
                $"{EvaluationTables.Count(result.Missed)}, "
                    + EvaluationTables.Share(result.MissedShare, result.MissedInterval)
            ),
            (
                "accuracy, all faces",
                EvaluationTables.Share(result.Accuracy, result.AccuracyInterval) + "; a missed face counts as wrong"
            ),
        };
        if (result.OfFound is { } found)
        {
            lines.Add(("accuracy, found faces", EvaluationTables.Share(found.Accuracy, found.AccuracyInterval)));
            lines.Add(("  macro-F1", EvaluationTables.Number(found.MacroF1)));
            lines.Add(("  log loss", $"{EvaluationTables.Number(found.LogLoss)} nats"));
            lines.Add(
                (
                    "  expected calibration error",
                    $"{EvaluationTables.Number(found.Ece)} (by chance {EvaluationTables.Number(found.EceByChance)})"
                )
            );
            if (result.HasNeutralAndSad)
            {
                lines.Add(
                    (
                        "  neutral predicted as sadness",
                        EvaluationTables.Share(found.NeutralCalledSad, found.NeutralCalledSadInterval)
                    )
                );
                lines.Add(
                    (
                        "  sadness predicted as neutral",
                        EvaluationTables.Share(found.SadCalledNeutral, found.SadCalledNeutralInterval)
                    )
                );
            }
        }

        if (report.Errors.Count > 0)
        {
            lines.Add(("failed photos", $"{EvaluationTables.Count(report.Errors.Count)}, in no other figure"));
        }

        ContractText.WriteAligned(console, lines);
    }

    private static void WritePerClass(CommandConsole console, DetectionResult result)
    {
        ConsoleTable table = new ConsoleTable()
            .Column(EvaluationTables.KindOf(result.Confusion), wrap: false)
            .Number("faces")
            .Number("missed")
            .Number("accuracy")
            .Number("95 % interval")
            .Number("of found")
            .Number("95 % interval");
        foreach (DetectionClassResult c in result.PerClass)
        {
            table.Row([
                c.Label,
                EvaluationTables.Count(c.Support),
                EvaluationTables.Count(c.Missed),
                .. Shares(c.Support, c.Accuracy, c.AccuracyInterval),
                .. Shares(c.Found, c.AccuracyOfFound, c.AccuracyOfFoundInterval),
            ]);
        }

        table.WriteTo(console);
    }

    /// <summary>The cells of an accuracy; empty where there is no face.</summary>
    private static string[] Shares(int faces, double accuracy, Interval interval) =>
        faces == 0 ? ["", ""] : [EvaluationTables.Percent(accuracy), EvaluationTables.Range(interval)];
}
