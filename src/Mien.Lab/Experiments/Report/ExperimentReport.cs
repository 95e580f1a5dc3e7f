using System.Text.Json;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The report of an experiment: <c>report.html</c> and <c>report.json</c>.</summary>
internal static class ExperimentReport
{
    /// <summary>Writes both files; existing ones are replaced.</summary>
    public static void Write(Experiment experiment, string html, string json)
    {
        ExperimentHtml.Write(html, experiment);
        OutputFile.WriteText(json, ToJson(experiment));
    }

    /// <summary>The experiment as JSON, with every epoch of every trial.</summary>
    public static string ToJson(Experiment experiment) =>
        JsonSerializer.Serialize(
            new
            {
                experiment.Plan.Name,
                experiment.Plan.Summary,
                experiment.Search,
                experiment.Data,
                experiment.ValidationImages,
                experiment.Machine,
                experiment.Plan.Factors,
                experiment.Plan.Seeds,
                Configurations = experiment.Configurations.Select(Json),
                experiment.Running,
                RunningTrials = experiment.AllRunning,
                experiment.IsComplete,
                experiment.FactorEffects,
                experiment.Effects,
                experiment.TrialsBegun,
                Looks = experiment.Evaluations,
                experiment.Minutes,
                experiment.SeedDeviation,
                experiment.SeedDegrees,
                experiment.DifferenceError,
            },
            ReadableJson.Options
        ) + "\n";

    private static object Json(RankedConfiguration s) =>
        new
        {
            s.Configuration.Name,
            s.Configuration.Values,
            s.Configuration.Network,
            s.Configuration.Parameters,
            s.Configuration.Macs,
            Trials = s.Trials.Select(Json),
            s.Rank,
            s.Mean,
            s.Deviation,
            s.Lowest,
            s.Highest,
            s.Minutes,
        };

    private static object Json(Trial t) =>
        new
        {
            t.Name,
            t.Seed,
            t.State,
            t.Accuracy,
            t.Best?.Epoch,
            t.Epochs,
            t.StoppedAfter,
            t.Seconds,
            t.Error,
            History = t.History.Select(e => new
            {
                e.Epoch,
                e.LearningRate,
                e.TrainLoss,
                e.ValidationLoss,
                e.TrainAccuracy,
                e.ValidationAccuracy,
            }),
        };
}
