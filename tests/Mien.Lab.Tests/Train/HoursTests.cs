using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>The recipe key <c>hours</c>.</summary>
public sealed class HoursTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string recipe;
    private readonly string csv;

    public HoursTests()
    {
        csv = folder.Write("made.csv", MadeCsv.Of(24, 2));
        string network = folder.Write("tiny.json", MadeData.Network);
        recipe = folder.Write(
            "recipe.json",
            $$"""
            {
              "network": {{JsonSerializer.Serialize(network)}},
              "threads": 1, "epochs": 2, "batchSize": 24, "warmupEpochs": 0.5, "plainEpochs": 1,
              "sizes": [8, 16], "sizeEpochs": [0, 1]
            }
            """
        );
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Hours_become_epochs_that_are_fixed_in_the_run_so_that_it_resumes_with_the_same_schedule()
    {
        // A budget of one and a half seconds: enough for some epochs of the tiny network wherever this runs, or the
        // error that says how long one takes.
        LabResult result = Train("--hours", "0.0004");
        if (result.Code == ExitCodes.Usage)
        {
            Assert.Contains("error: 'hours' is 0.0004, but one epoch takes ", result.Error, StringComparison.Ordinal);
            Assert.Skip("This machine is too busy for the budget.");
        }

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        TrainingRecipe used = RecipeFile.Load(folder["runs/timed/recipe.json"]);
        Assert.Equal(0.0004, used.Hours);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $": {used.Epochs} epoch"),
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(0.25 * used.Epochs, used.WarmupEpochs, 9);
        Assert.Equal(used.Epochs + 1, File.ReadAllLines(folder["runs/timed/history.csv"]).Length);

        // The same epochs given directly are the same training.
        LabResult direct = Lab.Run(
            "train",
            folder["runs/timed/recipe.json"],
            "--set",
            "hours=0",
            "--data",
            csv,
            "--runs",
            folder["runs"],
            "--name",
            "direct",
            "--quiet"
        );
        Assert.True(direct.Code == ExitCodes.Done, direct.Error);
        SortedDictionary<string, byte[]> expected = Files.Weights(folder["runs/direct/last.safetensors"]);
        SortedDictionary<string, byte[]> found = Files.Weights(folder["runs/timed/last.safetensors"]);
        Check.All(expected, t => Assert.True(t.Value.AsSpan().SequenceEqual(found[t.Key]), $"{t.Key} differs"));

        string before = File.ReadAllText(folder["runs/timed/recipe.json"]);
        LabResult resumed = Lab.Run("resume", "timed", "--runs", folder["runs"]);
        Assert.True(resumed.Code == ExitCodes.Done, resumed.Error);
        Assert.DoesNotContain(" hours at ", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(folder["runs/timed/recipe.json"]));
    }

    [Fact]
    public void A_budget_that_is_too_small_is_wrong_usage_and_leaves_no_run()
    {
        LabResult result = Train("--hours", "0.0000001");
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("'hours' is 1E-07, but one epoch takes ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs/timed"]));
    }

    [Fact]
    public void An_experiment_may_have_trials_of_equal_time_but_no_halving_with_them()
    {
        string plan = MadeExperiment.Write(
            folder,
            """
            { "name": "timed", "recipe": RECIPE, "set": { "hours": 0.5 }, "vary": { "learningRate": [0.1, 0.2] } }
            """
        );
        LabResult result = Lab.Run("experiment", "plan", plan);
        Assert.Contains("as hours allow", result.Out, StringComparison.Ordinal);
        Assert.Contains(
            "2 trials; estimated time 1 h of training.",
            result.Out.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
        JsonObject json = JsonNode.Parse(Lab.Run("experiment", "plan", plan, "--json").Out)!.AsObject();
        Assert.Equal(0.5, (double)json["configurations"]![0]!["hours"]!);

        string halved = MadeExperiment.Write(
            folder,
            """
            { "recipe": RECIPE, "set": { "hours": 0.5 }, "vary": { "learningRate": [0.1, 0.2] },
              "halving": { "epochs": [1], "keep": 0.5 } }
            """
        );
        LabResult refused = Lab.Run("experiment", "plan", halved);
        Assert.Equal(ExitCodes.Usage, refused.Code);
        Assert.Contains("halving: found 'hours' in learningRate=0.1, ", refused.Error, StringComparison.Ordinal);
    }

    private LabResult Train(params string[] more) =>
        Lab.Run(["train", recipe, "--data", csv, "--runs", folder["runs"], "--name", "timed", .. more]);
}
