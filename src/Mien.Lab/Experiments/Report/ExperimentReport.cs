using System.Text.Json;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The files that show an experiment: <c>report.html</c> and <c>report.json</c>.</summary>
internal static class ExperimentReport
{
    /// <summary>Writes both files; existing ones are replaced.</summary>
    public static void Write(Experiment experiment, string html, string json)
    {
        ExperimentHtml.Write(html, experiment);
        OutputFile.WriteText(json, ToJson(experiment));
    }

    /// <summary>The experiment as JSON, every epoch of every trial in it.</summary>
    public static string ToJson(Experiment experiment) =>
        JsonSerializer.Serialize(
            new
            {
                experiment.Plan.Name,
                experiment.Plan.Summary,
                experiment.Search,
                experiment.Data,
                experiment.DevImages,
                experiment.Machine,
                experiment.Plan.Factors,
                experiment.Plan.Seeds,
                Settings = experiment.Settings.Select(Json),
                experiment.Running,
                experiment.IsComplete,
                experiment.Worths,
                experiment.Effects,
                experiment.TrialsBegun,
                experiment.Looks,
                experiment.Minutes,
                experiment.SeedDeviation,
                experiment.SeedDegrees,
                experiment.DifferenceError,
            },
            ReadableJson.Options
        ) + "\n";

    private static object Json(RankedSetting s) =>
        new
        {
            s.Setting.Name,
            s.Setting.Values,
            s.Setting.Network,
            s.Setting.Parameters,
            s.Setting.MultiplyAdds,
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
            t.Setting.Epochs,
            t.StoppedAfter,
            t.Seconds,
            t.Error,
            History = t.History.Select(e => new
            {
                e.Epoch,
                e.LearningRate,
                e.TrainLoss,
                e.DevLoss,
                e.TrainAccuracy,
                e.DevAccuracy,
            }),
        };
}
