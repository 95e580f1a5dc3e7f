using System.Globalization;
using System.Text.Json.Nodes;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Checks that the results in a trial's folder were trained as the experiment file says. Results of different recipes,
/// networks or data must not be mixed.
/// </summary>
internal sealed class TrialCheck(ExperimentFolder folder, RunInfo now)
{
    private const string Remedy =
        "Give the changed experiment another --name, or delete that folder to train the trial again.";

    /// <summary>
    /// Throws if a trial was started with another recipe, network or data. The number of threads may differ.
    /// </summary>
    /// <exception cref="TrainingException">
    /// <c>experimentChanged</c>: the message names the trial and the difference.
    /// </exception>
    public void Check(Trial trial, TrainingRecipe recipe, NetworkDescription network)
    {
        RunFolder run = folder.Run(trial);
        if (!RunFolders.IsRun(run))
        {
            return;
        }

        TrainingRecipe trained = RecipeFile.Load(run.Recipe);
        if (recipe.Hours > 0 && recipe.Hours == trained.Hours)
        {
            // The hours gave another number of epochs.
            recipe = RecipeLength.To(recipe, trained.Epochs);
        }

        JsonObject before = Json(trained with { Threads = 0 }),
            wanted = Json(recipe with { Threads = 0 });
        if (RecipeKey.Names.FirstOrDefault(k => !JsonNode.DeepEquals(before[k], wanted[k])) is { } key)
        {
            throw Changed(
                run,
                $"it was trained with {ExperimentJson.Show(before[key])} for '{key}', but the file "
                    + $"has {ExperimentJson.Show(wanted[key])}"
            );
        }

        if (NetworkDescription.Load(run.Network).ToJson() != network.ToJson())
        {
            throw Changed(run, $"it was trained with another version of the network '{network.Name}' ({run.Network})");
        }

        RunInfo then = RunInfo.Load(run.Run);
        if (
            (then.TrainingImages, then.ValidationImages, then.RandomSplit, then.Votes is null)
            != (now.TrainingImages, now.ValidationImages, now.RandomSplit, now.Votes is null)
        )
        {
            throw Changed(
                run,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it was trained with {Data(then)}, but the given data has {Data(now)}"
                )
            );
        }
    }

    private static string Data(RunInfo run)
    {
        string split = run.RandomSplit is { } seed
            ? string.Create(CultureInfo.InvariantCulture, $" of random split {seed}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{run.TrainingImages:N0} training and {run.ValidationImages:N0} validation images{split} "
                + $"{(run.Votes is null ? "without" : "with")} votes"
        );
    }

    private static JsonObject Json(TrainingRecipe recipe) => JsonNode.Parse(RecipeFile.ToJson(recipe))!.AsObject();

    private static TrainingException Changed(RunFolder run, string what) =>
        new(ErrorKind.BadUsage, "experimentChanged", $"{run.Path}: {what}. {Remedy}");
}
