using System.Globalization;
using Mien.Adaptation;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>Writes the report of an adaptation as tables.</summary>
internal static class AdaptationTables
{
    /// <summary>Writes the report.</summary>
    /// <param name="console">The output.</param>
    /// <param name="report">The report.</param>
    /// <param name="file">The model that was written; <c>null</c> if none was.</param>
    public static void Write(CommandConsole console, AdaptationReport report, string? file)
    {
        string head = report.BaseHead is null ? "" : $", head: {report.BaseHead}";
        console.WriteBold($"{report.Model}: {report.BaseModel} adapted to {Count(report.Faces)} labelled faces{head}");
        console.Out.WriteLine();
        console.Out.WriteLine();
        (string Name, string Value)[] figures = [.. Figures(report)];
        int width = figures.Max(f => f.Name.Length) + 2;
        foreach ((string name, string value) in figures)
        {
            Paragraph(console, name.PadRight(width), value);
        }

        if (report.Gain is { } gain)
        {
            console.Out.WriteLine();
            WriteClasses(console, gain);
            console.Out.WriteLine();
            console.Out.WriteLine("After the adaptation:");
            EvaluationTables.WriteConfusion(
                console,
                new ConfusionMatrix([.. gain.ConfusionAfter.SelectMany(r => r)], report.Labels)
            );
        }

        if (report.LearningCurve.Count > 0)
        {
            console.Out.WriteLine();
            WriteCurve(console, report);
        }

        if (report.Spellings.Count > 0)
        {
            console.Out.WriteLine();
            Paragraph(
                console,
                "Labels in another spelling: "
                    + string.Join(", ", report.Spellings.Select(s => $"{s.Key} is read as {s.Value}"))
                    + "."
            );
        }

        foreach (string note in report.Notes)
        {
            console.Out.WriteLine();
            Paragraph(console, note);
        }

        if (file is not null)
        {
            console.Out.WriteLine();
            console.Out.WriteLine($"Written to {file}. Next:");
            console.Out.WriteLine($"  mien predict --model {Quoted(file)} photos");
            console.Out.WriteLine($"  mien evaluate {Quoted(file)} OTHER_LABELLED_PHOTOS --detect");
            console.Out.WriteLine($"  mien serve --model {Quoted(file)}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Figures(AdaptationReport report)
    {
        if (report.Gain is { } gain)
        {
            string before = gain.IsAgainstMostFrequentLabel ? "always the most frequent label" : "accuracy before";
            yield return (before, Share(gain.Before));
            yield return ("accuracy after", Share(gain.After));
            yield return ("gain", Points(gain.Difference));
            yield return (
                "measured by",
                $"{gain.Split} over {Count(gain.Faces)} faces{Kept(report, gain)}, by fits that have not seen them"
            );
            yield return ("log loss", $"{Nats(gain.LogLossBefore)} before, {Nats(gain.LogLossAfter)} after");
        }
        else
        {
            yield return ("gain", "not measured");
            yield return ("labels", string.Join(", ", report.FacesPerLabel.Select(l => $"{l.Key} {Count(l.Value)}")));
        }

        yield return ("fitted", report.Rule);
    }

    private static string Kept(AdaptationReport report, AdaptationGain gain) =>
        report.GroupKind switch
        {
            AdaptationGroupKind.Person => $" of {Count(gain.Groups)} persons, kept together",
            AdaptationGroupKind.Group => $" in {Count(gain.Groups)} groups, kept together",
            _ => "",
        };

    private static void WriteClasses(CommandConsole console, AdaptationGain gain)
    {
        ConsoleTable table = new ConsoleTable()
            .Column("label", wrap: false)
            .Number("faces")
            .Number("recall before")
            .Number("after")
            .Number("precision before")
            .Number("after");
        foreach (AdaptationClassGain c in gain.PerClass)
        {
            bool hasFaces = c.Faces > 0;
            table.Row(
                c.Label,
                Count(c.Faces),
                hasFaces ? EvaluationTables.Percent(c.RecallBefore) : "",
                hasFaces ? EvaluationTables.Percent(c.RecallAfter) : "",
                EvaluationTables.Percent(c.PrecisionBefore),
                EvaluationTables.Percent(c.PrecisionAfter)
            );
        }

        table.WriteTo(console);
    }

    private static void WriteCurve(CommandConsole console, AdaptationReport report)
    {
        console.Out.WriteLine("Learning curve (accuracy on faces that were not used)");
        ConsoleTable table = new ConsoleTable().Number("labels").Number("accuracy").Number("spread").Number("draws");
        foreach (AdaptationCurvePoint p in report.LearningCurve)
        {
            table.Row(
                p.Labels.ToString("N0", CultureInfo.InvariantCulture),
                EvaluationTables.Percent(p.Accuracy),
                p.Draws > 1 ? "± " + (p.Deviation * 100).ToString("0.0", CultureInfo.InvariantCulture) : "",
                Count(p.Draws)
            );
        }

        table.WriteTo(console);
    }

    private static void Paragraph(CommandConsole console, string text) => Paragraph(console, "", text);

    /// <summary>Writes text in lines of at most the console's width, all but the first with an indent.</summary>
    private static void Paragraph(CommandConsole console, string start, string text)
    {
        string line = start;
        bool isEmpty = true;
        foreach (string word in text.Split(' '))
        {
            if (!isEmpty && TextWidth.Of(line) + 1 + TextWidth.Of(word) > console.Width)
            {
                console.Out.WriteLine(line);
                line = new string(' ', start.Length) + word;
            }
            else
            {
                line = isEmpty ? line + word : $"{line} {word}";
                isEmpty = false;
            }
        }

        console.Out.WriteLine(line);
    }

    private static string Share(MeasuredShare share) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{share.Value * 100:0.0} % (95 % interval: {share.Low * 100:0.0} to {share.High * 100:0.0})"
        );

    private static string Points(MeasuredShare gain) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{gain.Value * 100:+0.0;-0.0;0.0} points (95 % interval: {gain.Low * 100:+0.0;-0.0;0.0} to {gain.High
                * 100:+0.0;-0.0;0.0})"
        );

    private static string Nats(double? loss) =>
        loss is { } nats ? string.Create(CultureInfo.InvariantCulture, $"{nats:0.000} nats") : "not defined";

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;

    private static string Count(int count) => EvaluationTables.Count(count);
}
