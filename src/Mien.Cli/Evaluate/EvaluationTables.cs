using System.Globalization;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>Writes a report as tables.</summary>
internal static class EvaluationTables
{
    /// <summary>The maximum number of labels whose columns have shortened names.</summary>
    private const int MaxNamedColumns = 10;

    /// <summary>The width of the column of missed faces.</summary>
    private const int WidthOfMissed = 9;

    public static void Write(CommandConsole console, EvaluationReport report)
    {
        EvaluationResult result = report.Result;
        string views =
            report.TestTimeAugmentation == TestTimeAugmentation.None
                ? ""
                : $", test-time augmentation: {TtaNames.Of(report.TestTimeAugmentation)}";
        string labels = report.VoteRule is { } rule ? $", labels: ferplus ({LabelSetNames.Of(rule)})" : "";
        string head = report.Head is null ? "" : $", head: {report.Head}";
        console.WriteBold(
            $"{report.Model} on {report.Data}, {report.Split}: {Count(result.Count)} images{labels}{head}{views}"
        );
        console.Out.WriteLine();
        console.Out.WriteLine();
        WriteFigures(console, result);
        if (report.Heads is { } heads)
        {
            console.Out.WriteLine();
            WriteHeads(console, heads);
        }

        console.Out.WriteLine();
        WritePerClass(console, result);
        console.Out.WriteLine();
        WriteConfusion(console, result.Confusion);
        console.Out.WriteLine();
        WriteRiskCoverage(console, report);
        if (report.Robustness is { } curves)
        {
            console.Out.WriteLine();
            WriteRobustness(console, curves, report.Result);
        }

        if (report.Comparison is { } comparison)
        {
            console.Out.WriteLine();
            WriteComparison(console, comparison);
        }
    }

    private static void WriteFigures(CommandConsole console, EvaluationResult result)
    {
        var lines = new List<(string Name, string Value)>
        {
            ("accuracy", Share(result.Accuracy, result.AccuracyInterval)),
        };
        if (result.Duplicates is int duplicates)
        {
            string value =
                result.AccuracyWithoutDuplicates is double accuracy
                && result.AccuracyWithoutDuplicatesInterval is { } interval
                    ? Share(accuracy, interval)
                    : "no image is left";
            lines.Add(("  without training duplicates", $"{value}, {Count(duplicates)} excluded"));
        }

        lines.Add(("macro-F1", Number(result.MacroF1)));
        lines.Add(("log loss", $"{Number(result.LogLoss)} nats"));
        lines.Add(
            (
                "expected calibration error",
                $"{Number(result.Ece)} (by chance {Number(result.EceByChance)} for a perfectly calibrated model)"
            )
        );
        lines.Add(("neutral predicted as sadness", Share(result.NeutralCalledSad, result.NeutralCalledSadInterval)));
        lines.Add(("sadness predicted as neutral", Share(result.SadCalledNeutral, result.SadCalledNeutralInterval)));
        ContractText.WriteAligned(console, lines);
    }

    private static void WriteHeads(CommandConsole console, IReadOnlyList<HeadResult> heads)
    {
        console.Out.WriteLine("Heads and label sets");
        bool hasNames = heads[0].Head is not null;
        ConsoleTable table = new ConsoleTable()
            .Column(hasNames ? "head" : "", wrap: false)
            .Column("labels", wrap: false)
            .Number("images")
            .Number("accuracy")
            .Number("95 % interval")
            .Number("macro-F1")
            .Number("ECE");
        foreach (HeadResult h in heads)
        {
            string labels = LabelSetNames.Of(h.LabelSet);
            string rule = h.VoteRule is { } r ? $" ({LabelSetNames.Of(r)})" : "";
            table.Row(
                h.Head ?? "",
                h.CountOfEight is null ? labels + rule : $"{labels}, 7 classes",
                Count(h.Count),
                Percent2(h.Accuracy),
                Range(h.AccuracyInterval),
                Number(h.MacroF1),
                Number(h.Ece)
            );
            if (h is { CountOfEight: { } count, AccuracyOfEight: { } accuracy, AccuracyOfEightInterval: { } interval })
            {
                table.Row(h.Head ?? "", $"{labels}, 8 classes", Count(count), Percent2(accuracy), Range(interval));
            }
        }

        table.WriteTo(console);
        if (heads.Any(h => h.CountOfEight is not null))
        {
            console.Out.WriteLine("8 classes: with contempt, which the model does not have and which counts as wrong.");
        }
    }

    private static void WritePerClass(CommandConsole console, EvaluationResult result)
    {
        ConsoleTable table = new ConsoleTable()
            .Column("expression", wrap: false)
            .Number("images")
            .Number("precision")
            .Number("recall")
            .Number("F1");
        foreach (ClassResult c in result.PerClass)
        {
            table.Row(c.Label, Count(c.Support), Number(c.Precision), Number(c.Recall), Number(c.F1));
        }

        table.WriteTo(console);
    }

    /// <summary>
    /// Writes a confusion matrix, and for faces that were detected the missed ones of each label. Columns of many
    /// labels have numbers instead of names.
    /// </summary>
    public static void WriteConfusion(
        CommandConsole console,
        ConfusionMatrix confusion,
        IReadOnlyList<int>? missed = null
    )
    {
        IReadOnlyList<string> labels = confusion.Labels;
        string kind = KindOf(confusion);
        console.Out.WriteLine($"Confusion matrix (rows: true {kind}, columns: predicted {kind})");
        ConsoleTable table = new ConsoleTable().Column("", wrap: false);
        int full = labels.Sum(l => Math.Max(4, l.Length) + 3) + labels.Max(l => l.Length) + 4;
        bool wide = console.Width >= full + (missed is null ? 0 : WidthOfMissed);
        bool isNumbered = !wide && labels.Count > MaxNamedColumns;
        for (int i = 0; i < labels.Count; i++)
        {
            table.Number(
                isNumbered ? Count(i + 1)
                : wide || labels[i].Length <= 5 ? labels[i]
                : labels[i][..4] + "."
            );
        }

        if (missed is not null)
        {
            table.Number("missed");
        }

        int[][] rows = confusion.ToRows();
        for (int truth = 0; truth < rows.Length; truth++)
        {
            IEnumerable<int> counts = missed is null ? rows[truth] : rows[truth].Append(missed[truth]);
            table.Row([isNumbered ? $"{truth + 1} {labels[truth]}" : labels[truth], .. counts.Select(Count)]);
        }

        table.WriteTo(console);
    }

    /// <summary>What the labels of a table are.</summary>
    public static string KindOf(ConfusionMatrix confusion) =>
        confusion.Labels.SequenceEqual(Expressions.Names) ? "expression" : "label";

    private static void WriteRiskCoverage(CommandConsole console, EvaluationReport report)
    {
        RiskCoverage curve = report.Result.RiskCoverage;
        console.Out.WriteLine(
            $"Selective prediction (area under the risk-coverage curve: {Number(curve.Aurc)}, best possible "
                + $"order: {Number(curve.AurcOfBestOrder)})"
        );
        ConsoleTable table = new ConsoleTable()
            .Column("coverage", wrap: false)
            .Number("min confidence")
            .Number("accuracy")
            .Number("95 % interval");
        foreach (
            RiskCoveragePoint p in curve.Points.Where(p => p.Coverage >= 0.5).Reverse().Where((_, i) => i % 2 == 0)
        )
        {
            Row(Percent(p.Coverage), p);
        }

        if (report.Certain is { } certain)
        {
            Row($"not uncertain: {Percent(certain.Coverage)}", certain);
        }

        table.WriteTo(console);

        void Row(string name, RiskCoveragePoint p) =>
            table.Row(name, Number(p.Threshold), Percent(p.Accuracy), Range(p.AccuracyInterval));
    }

    private static void WriteRobustness(
        CommandConsole console,
        IReadOnlyList<RobustnessCurve> curves,
        EvaluationResult unchanged
    )
    {
        console.Out.WriteLine("Robustness to corruptions (accuracy on the same images, corrupted)");
        ConsoleTable table = new ConsoleTable()
            .Column("corruption", wrap: false)
            .Number("strength")
            .Number("accuracy")
            .Number("95 % interval");
        table.Row("none", "", Percent(unchanged.Accuracy), Range(unchanged.AccuracyInterval));
        foreach ((RobustnessCurve curve, RobustnessPoint p) in curves.SelectMany(c => c.Points.Select(p => (c, p))))
        {
            string name = Corruptions.Describe(curve.Corruption);
            table.Row(
                console.Unicode ? name : name.Replace("σ", "sigma", StringComparison.Ordinal).Replace('×', 'x'),
                p.Strength.ToString(CultureInfo.InvariantCulture),
                Percent(p.Accuracy),
                Range(p.AccuracyInterval)
            );
        }

        table.WriteTo(console);
    }

    private static void WriteComparison(CommandConsole console, McNemarResult c)
    {
        string better = c.AccuracyDifference switch
        {
            > 0 => $"{c.First} is {Points(c.AccuracyDifference)} percentage points more accurate than {c.Second}",
            < 0 => $"{c.First} is {Points(-c.AccuracyDifference)} percentage points less accurate than {c.Second}",
            _ => $"{c.First} and {c.Second} are equally accurate",
        };
        string p = c.PValue < 1e-4 ? c.PValue.ToString("0.0e+0", CultureInfo.InvariantCulture) : Number(c.PValue);
        console.Out.WriteLine($"{better} ({(c.Exact ? "exact " : "")}McNemar test: p = {p}).");
        console.Out.WriteLine(
            $"Correct: both {Count(c.BothRight)}, only {c.First} {Count(c.OnlyFirstRight)}, "
                + $"only {c.Second} {Count(c.OnlySecondRight)}, neither {Count(c.BothWrong)}."
        );
    }

    public static string Share(double share, Interval interval) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{share * 100:0.00} % (95 % interval: {interval.Low * 100:0.0} to {interval.High * 100:0.0})"
        );

    public static string Range(Interval interval) =>
        string.Create(CultureInfo.InvariantCulture, $"{interval.Low * 100:0.0} to {interval.High * 100:0.0}");

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    private static string Percent2(double share) => Points(share) + " %";

    private static string Points(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00}");

    public static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
