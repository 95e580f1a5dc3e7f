using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary>Shows an experiment: its plan, its progress and its results.</summary>
internal sealed class ExperimentShowRun(CommandConsole console)
{
    /// <summary>Checks an experiment file and shows its plan.</summary>
    /// <returns>The exit code.</returns>
    public int Plan(string file, bool json)
    {
        ExperimentDefinition definition = ExperimentFile.Load(file);
        ExperimentPlan plan = ExperimentPlan.Of(definition, ConfigurationBuilder.Build(definition));
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(plan, ReadableJson.Options));
        }
        else
        {
            ExperimentTables.WritePlan(console, plan);
        }

        return ExitCodes.Done;
    }

    /// <summary>Shows the running trial, the finished ones and the ranking so far.</summary>
    /// <returns>The exit code.</returns>
    public int Status(string name, string? runs, bool json)
    {
        ExperimentFolder folder = ExperimentFolder.Find(name, runs);
        Experiment experiment = Experiment.Read(folder);
        if (json)
        {
            console.Out.Write(ExperimentReport.ToJson(experiment));
            return ExitCodes.Done;
        }

        ExperimentTables.Write(console, experiment);
        if (!experiment.IsComplete && !folder.IsRunning)
        {
            console.Out.WriteLine($"Nothing is being trained. Resume with: {experiment.Plan.ResumeWith}");
        }

        return ExitCodes.Done;
    }

    /// <summary>Writes the page and the JSON report; <c>null</c> uses the experiment's folder.</summary>
    /// <returns>The exit code.</returns>
    public int Report(string name, string? runs, string? html, string? json)
    {
        ExperimentFolder folder = ExperimentFolder.Find(name, runs);
        html = html is null ? folder.Html : OutputPath.Prepare(html, "--output");
        json = json is null ? folder.Json : OutputPath.Prepare(json, "--json");
        using OutputLock alone = OutputLock.Take([html, json]);
        ExperimentReport.Write(Experiment.Read(folder), html, json);
        console.Out.WriteLine($"Report written to {html} and {json}.");
        return ExitCodes.Done;
    }
}
