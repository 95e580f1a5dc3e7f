using System.Globalization;
using Mien.Adaptation;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Cli;

/// <summary>
/// One run of <c>mien adapt</c>: reads the labels, adapts the model, writes it, the report and the chart.
/// </summary>
internal sealed class AdaptRun(CommandConsole console)
{
    /// <summary>The maximum number of faces that are named on standard error; the report has all of them.</summary>
    private const int MaxNamed = DatasetReadReport.MaxMessages;

    public required string Data { get; init; }

    /// <summary>The split to use; <c>null</c> for Training, and for all pictures of data without splits.</summary>
    public DatasetSplit? Split { get; init; }

    /// <summary>The adapted model.</summary>
    public required string ModelFile { get; init; }

    public required AdaptationOptions Options { get; init; }

    /// <summary>Whether to write a model that gained nothing.</summary>
    public bool Force { get; init; }

    /// <summary>The output file of the report; <c>null</c> for standard output.</summary>
    public string? ReportFile { get; init; }

    public string? ChartFile { get; init; }

    /// <summary>Whether to write the report as JSON instead of tables.</summary>
    public bool Json { get; init; }

    public bool Quiet { get; init; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        EvaluateRun.CheckExists(Data);
        CheckOutput();
        using OutputLock alone = OutputLock.Take([ModelFile, ReportFile, ChartFile]);
        LabelNames names = ModelAdapter.LabelsOf(Options);
        AdaptFaces faces = AdaptFaces.Read(Data, Split, names, Options.OnePerson, cancellationToken);
        AdaptedModel model;
        using (var progress = new AdaptProgress(console, Quiet))
        {
            model = await ModelAdapter
                .FitAsync(faces.Faces, Options, progress, cancellationToken)
                .ConfigureAwait(false);
        }

        AdaptationReport report = model.Report with { Notes = [.. faces.Notes, .. model.Report.Notes] };
        bool isGained = report.Gain is not { HasNoGain: true };
        bool isWritten = isGained || Force;
        if (isWritten)
        {
            model.Save(ModelFile);
        }

        WriteReport(report, isWritten);
        if (ChartFile is not null)
        {
            WriteChart(ChartFile, report);
        }

        if (!Quiet && (ReportFile ?? ChartFile) is not null)
        {
            string?[] files = [isWritten ? ModelFile : null, ReportFile, report.Gain is null ? null : ChartFile];
            console.Error.WriteLine($"Written to {string.Join(", ", files.OfType<string>())}.");
        }

        WriteProblems(report);
        if (!isWritten)
        {
            console.Error.WriteLine(
                $"{ModelFile} was not written: the pictures show no gain over {report.BaseModel}. Label more "
                    + "pictures, or write it all the same with --force."
            );
        }

        return isWritten && report.Skipped.Count == 0 ? ExitCodes.Done : ExitCodes.SomeFailed;
    }

    private void CheckOutput()
    {
        if (Path.GetFullPath(ModelFile) == Path.GetFullPath(Data))
        {
            throw new UsageException($"--output: '{ModelFile}' holds the labels. Choose another file.");
        }

        string[] files =
        [
            .. new[] { ModelFile, ReportFile, ChartFile }.OfType<string>().Select(f => Path.GetFullPath(f)),
        ];
        if (files.Distinct(StringComparer.Ordinal).Count() < files.Length)
        {
            throw new UsageException("--output, --report and --chart name the same file. Give each another name.");
        }
    }

    private void WriteReport(AdaptationReport report, bool isWritten)
    {
        string? written = isWritten ? ModelFile : null;
        if (ReportFile is null)
        {
            Write(console);
            return;
        }

        OutputFile.WriteText(
            ReportFile,
            writer => Write(new CommandConsole(writer, console.Error, CommandConsole.WidthWithoutTerminal))
        );

        void Write(CommandConsole target)
        {
            if (Json)
            {
                target.Out.Write(report.ToJson() + "\n");
            }
            else
            {
                AdaptationTables.Write(target, report, written);
            }
        }
    }

    private void WriteChart(string file, AdaptationReport report)
    {
        if (report.Gain is null)
        {
            console.Error.WriteLine($"{file} was not written: the gain was not measured, so there is nothing to draw.");
            return;
        }

        AdaptationChart.Write(file, report);
    }

    private void WriteProblems(AdaptationReport report)
    {
        foreach (AdaptationProblem problem in report.Skipped.Take(MaxNamed))
        {
            console.Error.WriteLine($"not used: {problem.Message}");
        }

        if (report.Skipped.Count > 0)
        {
            string reasons = string.Join(
                ", ",
                report
                    .Skipped.CountBy(p => p.Code)
                    .OrderByDescending(c => c.Value)
                    .ThenBy(c => c.Key, StringComparer.Ordinal)
                    .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value:N0}"))
            );
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.Skipped.Count:N0} labelled {(report.Skipped.Count == 1 ? "face" : "faces")} could not be "
                        + $"used: {reasons}."
                )
            );
        }
    }
}
