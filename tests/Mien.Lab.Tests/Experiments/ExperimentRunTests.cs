using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.CommandLine;
using Mien.Training;
using TorchSharp;
using TorchSharp.Modules;

namespace Mien.Lab.Tests;

/// <summary>Complete experiments on a tiny generated data set.</summary>
public sealed class ExperimentRunTests(TrainedRun made) : IDisposable
{
    private const string Grid = """
        {
          "summary": "Is <wide> better?",
          "recipe": RECIPE,
          "vary": { "network.conv1.filters": [4, 8], "labelSmoothing": [0, 0.1] },
          "seeds": [1, 2]
        }
        """;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_experiment_trains_every_configuration_with_every_seed_and_writes_a_ranking_and_a_report()
    {
        LabResult result = Run(Grid);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("[1/8] conv1.filters=4,labelSmoothing=0,seed=1: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("[8/8] conv1.filters=8,labelSmoothing=0.1,seed=2: ", result.Error, StringComparison.Ordinal);
        Assert.StartsWith(
            "made: 4 configurations, all combinations, 2 seeds each\n8 done; ",
            result.Out,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "16 evaluations on PublicTest (8 trainings). The best of many evaluations is optimistic",
            result.Out,
            StringComparison.Ordinal
        );

        JsonObject report = Files.Json(folder["runs/made/report.json"]);
        JsonNode[] configurations = [.. report["configurations"]!.AsArray().Select(n => n!)];
        Assert.Equal([1, 2, 3, 4], configurations.Select(s => (int)s["rank"]!));
        Assert.Equal(
            configurations.Select(s => (double)s["mean"]!).OrderDescending(),
            configurations.Select(s => (double)s["mean"]!)
        );
        Assert.Equal((true, 16, 8), ((bool)report["isComplete"]!, (int)report["looks"]!, (int)report["trialsBegun"]!));
        foreach (JsonNode configuration in configurations)
        {
            double[] accuracies =
            [
                .. configuration["trials"]!
                    .AsArray()
                    .Select(t => HistoryOf((string)t!["name"]!).Max(e => e.ValidationAccuracy)),
            ];
            Assert.Equal(accuracies.Average(), (double)configuration["mean"]!, 12);
            Assert.Equal(
                Math.Abs(accuracies[0] - accuracies[1]) / Math.Sqrt(2),
                (double)configuration["deviation"]!,
                12
            );
            int filters = int.Parse(
                (string)configuration["values"]!["network.conv1.filters"]!,
                System.Globalization.CultureInfo.InvariantCulture
            );
            Assert.Equal((filters * 9 * 256) + (filters * 7), (int)configuration["macs"]!);
            Assert.Equal([1, 2], configuration["trials"]!.AsArray().Select(t => (int)t!["seed"]!));
        }

        Assert.Equal(4, report["effects"]!.AsArray().Count); // two factors with two values each
        AssertPage(File.ReadAllText(folder["runs/made/report.html"]), configurations.Select(s => (string)s["name"]!));
    }

    [Fact]
    public void A_trials_folder_contains_all_that_train_needs_to_repeat_it()
    {
        Assert.Equal(
            ExitCodes.Done,
            Run(
                """{ "recipe": RECIPE, "set": { "ema": 0.9 }, "vary": { "network.conv1.filters": [4] },"""
                    + """ "seeds": [7] }"""
            ).Code
        );
        string trial = folder["runs/made/conv1.filters=4,seed=7"];
        JsonObject recipe = Files.Json(Path.Combine(trial, "recipe.json"));
        Assert.Equal(
            ("network.json", 7, 0.9),
            ((string?)recipe["network"], (int)recipe["seed"]!, (double)recipe["ema"]!)
        );

        LabResult alone = Lab.Run(
            "train",
            Path.Combine(trial, "recipe.json"),
            "--data",
            made.Csv,
            "--runs",
            folder["runs"],
            "--name",
            "alone",
            "--quiet"
        );
        Assert.True(alone.Code == ExitCodes.Done, alone.Error);
        SortedDictionary<string, byte[]> expected = Files.Weights(Path.Combine(trial, "last.safetensors")),
            found = Files.Weights(folder["runs/alone/last.safetensors"]);
        Assert.Equal(expected.Keys, found.Keys);
        Check.All(expected, t => Assert.Equal(t.Value, found[t.Key]));

        // The commands for runs accept it too.
        LabResult resumed = Lab.Run("resume", "made/conv1.filters=4,seed=7", "--runs", folder["runs"]);
        Assert.Contains("Resuming from step 14 of 14.", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_trains_only_missing_trials_and_those_added_to_the_file()
    {
        Assert.Equal(ExitCodes.Done, Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0, 0.1] } }""").Code);
        Dictionary<string, DateTime> before = Checkpoints();

        LabResult again = Run(
            """{ "recipe": RECIPE, "vary": { "labelSmoothing": [0, 0.1, 0.2] }, "seeds": [1, 2] }""",
            data: false
        ); // the data is known from the first run
        Assert.True(again.Code == ExitCodes.Done, again.Error);
        Dictionary<string, DateTime> after = Checkpoints();
        Assert.Equal((2, 6), (before.Count, after.Count));
        Check.All(before, c => Assert.Equal(c.Value, after[c.Key]));

        LabResult less = Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0.2] } }""", data: false);
        Assert.Equal(ExitCodes.Done, less.Code);
        Assert.Contains(
            "note: 5 trials of an earlier version of this file are kept but ignored: labelSmoothing=0,seed=1 ",
            less.Error,
            StringComparison.Ordinal
        );
        Assert.Single(Files.Json(folder["runs/made/report.json"])["configurations"]!.AsArray());
        Assert.Equal(after, Checkpoints());

        Dictionary<string, DateTime> Checkpoints() =>
            Directory
                .GetFiles(folder["runs/made"], "last.safetensors", SearchOption.AllDirectories)
                .ToDictionary(f => f, File.GetLastWriteTimeUtc);
    }

    [Fact]
    public void Results_of_another_recipe_network_or_data_set_are_not_mixed()
    {
        Assert.Equal(ExitCodes.Done, Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0.1] } }""").Code);

        LabResult recipe = Run(
            """{ "recipe": RECIPE, "set": { "flip": 0.25 }, "vary": { "labelSmoothing": [0.1] } }"""
        );
        Assert.Equal(ExitCodes.Usage, recipe.Code);
        Assert.Contains(
            "labelSmoothing=0.1,seed=1: it was trained with 0.5 for 'flip', but the file has 0.25. Give the changed "
                + "experiment another --name, or delete that folder to train the trial again.",
            recipe.Error,
            StringComparison.Ordinal
        );

        LabResult network = Run(
            """{ "recipe": RECIPE, "set": { "network.width": 2 }, "vary": { "labelSmoothing": [0.1] } }"""
        );
        Assert.Equal(ExitCodes.Usage, network.Code);
        Assert.Contains(
            "it was trained with another version of the network 'tiny'",
            network.Error,
            StringComparison.Ordinal
        );

        LabResult data = Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0.1] } }""", "--random-split", "3");
        Assert.Equal(ExitCodes.Usage, data.Code);
        Assert.Matches(
            "it was trained with 392 training and 42 validation images without votes, but the given data has \\d+ "
                + "training and \\d+ validation images of random split 3 without votes",
            data.Error
        );

        Assert.Equal(
            ExitCodes.Done,
            Run(
                """{ "recipe": RECIPE, "set": { "flip": 0.25 }, "vary": { "labelSmoothing": [0.1] } }""",
                "--name",
                "other"
            ).Code
        );
    }

    [Fact]
    public void A_failed_trial_is_reported_and_the_others_continue()
    {
        const string Content = """
            {
              "recipe": RECIPE,
              "vary": { "steps": { "huge": { "learningRate": 1000, "weightDecay": 1, "epochs": 6 }, "fit": {} } }
            }
            """;
        LabResult result = Run(Content);
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Matches(@"(?m)^steps=huge,seed=1 failed: The .* Try a lower learningRate", result.Error);
        Assert.Matches(@"(?m)^steps=huge,seed=1 failed: The .* Try a lower learningRate", result.Out);
        Assert.Contains("1 done, 1 failed; ", result.Out, StringComparison.Ordinal);

        JsonNode[] configurations =
        [
            .. Files.Json(folder["runs/made/report.json"])["configurations"]!.AsArray().Select(n => n!),
        ];
        Assert.Equal(["steps=fit", "steps=huge"], configurations.Select(s => (string)s["name"]!));
        Assert.Equal("Failed", (string?)configurations[1]["trials"]![0]!["state"]);
        Assert.Null(configurations[1]["rank"]);
        Assert.Contains(
            "Try a lower learningRate",
            (string)configurations[1]["trials"]![0]!["error"]!,
            StringComparison.Ordinal
        );

        // It stays failed until --retry-failed is given.
        LabResult again = Run(Content, data: false);
        Assert.Equal(ExitCodes.SomeFailed, again.Code);
        Assert.DoesNotContain("steps=huge", again.Error, StringComparison.Ordinal);
        LabResult retried = Run(Content, data: false, "--retry-failed");
        Assert.Equal(ExitCodes.SomeFailed, retried.Code);
        Assert.Contains("steps=huge,seed=1 failed: ", retried.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_fails_only_its_trial()
    {
        const string Content = """{ "recipe": RECIPE, "vary": { "labelSmoothing": [0, 0.1] } }""";
        Assert.Equal(ExitCodes.Done, Run(Content).Code);
        string trial = folder["runs/made/labelSmoothing=0,seed=1"];
        File.WriteAllText(Path.Combine(trial, "last.safetensors"), "cut off");
        File.Delete(Path.Combine(trial, "history.csv"));

        LabResult result = Run(Content, data: false);
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("labelSmoothing=0,seed=1 failed: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("not a checkpoint in the safetensors format", result.Out, StringComparison.Ordinal);
        Assert.Contains("1 done, 1 failed; ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Successive_halving_stops_the_worse_configurations_and_keeps_the_full_schedule()
    {
        LabResult result = Run(
            """
            {
              "recipe": RECIPE, "set": { "epochs": 6, "schedule": "cosine" },
              "vary": { "learningRate": [1e-9, 0.1, 1e-8] },
              "seeds": [1, 2],
              "halving": { "epochs": [3], "keep": 0.3 }
            }
            """
        );
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("2 done, 4 stopped; ", result.Out, StringComparison.Ordinal);

        JsonNode[] configurations =
        [
            .. Files.Json(folder["runs/made/report.json"])["configurations"]!.AsArray().Select(n => n!),
        ];
        Assert.Equal("learningRate=0.1", (string?)configurations[0]["name"]);
        Assert.Equal([6, 6], configurations[0]["trials"]!.AsArray().Select(t => t!["history"]!.AsArray().Count));
        Check.All(
            configurations[1..],
            s => Assert.Equal([3, 0], s["trials"]!.AsArray().Select(t => t!["history"]!.AsArray().Count))
        );
        Check.All(
            configurations[1..],
            s =>
                Assert.Equal(
                    ("Stopped", 3),
                    ((string?)s["trials"]![0]!["state"], (int)s["trials"]![0]!["stoppedAfter"]!)
                )
        );

        // Half way through a cosine over six epochs the rate is about half: the schedule was not shortened to three.
        double rate =
            (double)configurations[1]["trials"]![0]!["history"]![2]!["learningRate"]!
            / double.Parse(
                (string)configurations[1]["values"]!["learningRate"]!,
                System.Globalization.CultureInfo.InvariantCulture
            );
        Assert.InRange(rate, 0.45, 0.6);
    }

    [Fact]
    public void An_ablation_study_reports_the_effect_of_each_factor_alone_and_left_out()
    {
        Assert.Equal(
            ExitCodes.Done,
            Run(
                """{ "recipe": RECIPE, "search": "oneFactor", "vary": { "learningRate": [1e-9, 0.1],"""
                    + """ "labelSmoothing": [0, 0.1], "flip": [0, 0.5] } }"""
            ).Code
        );
        JsonObject report = Files.Json(folder["runs/made/report.json"]);
        Dictionary<string, double> means = report["configurations"]!
            .AsArray()
            .ToDictionary(s => (string)s!["name"]!, s => (double)s!["mean"]!);

        Assert.Equal(8, means.Count);
        Assert.Equal(
            ["learningRate", "labelSmoothing", "flip"],
            report["factorEffects"]!.AsArray().Select(w => (string)w!["factor"]!)
        );
        foreach (JsonNode? effect in report["factorEffects"]!.AsArray())
        {
            string factor = (string)effect!["factor"]!;
            Assert.Equal(means["only-" + factor] - means["none"], (double)effect["alone"]!, 12);
            Assert.Equal(means["all"] - means["without-" + factor], (double)effect["leftOut"]!, 12);
        }
    }

    [Fact]
    public void Tensors_are_freed_between_trials()
    {
        long miscountOfOne = MiscountOfAParameter();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensors();
        Assert.Equal(
            ExitCodes.Done,
            Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0, 0.1, 0.2] }, "seeds": [1, 2] }""").Code
        );

        // Six networks of six trained tensors each; TorchSharp counts a parameter that is gone as one too many, see
        // LeakTests.
        Assert.Equal(before + (6 * 6 * miscountOfOne), Tensors());

        static long Tensors() => torch.Tensor.TotalCount;
        static long MiscountOfAParameter()
        {
            long count = Tensors();
            new Parameter(torch.zeros(1)).Dispose();
            return Tensors() - count;
        }
    }

    [Fact]
    public void Status_and_report_show_an_unfinished_experiment()
    {
        Assert.Equal(ExitCodes.Done, Run(Grid).Code);
        Directory.Delete(folder["runs/made/conv1.filters=8,labelSmoothing=0.1,seed=2"], recursive: true);
        File.Delete(folder["runs/made/conv1.filters=8,labelSmoothing=0.1,seed=1/history.csv"]);

        LabResult status = Lab.Run("experiment", "status", "made", "--runs", folder["runs"]);
        Assert.Equal((ExitCodes.Done, ""), (status.Code, status.Error));
        Assert.Contains("1 waiting, 1 interrupted, 6 done; ", status.Out, StringComparison.Ordinal);
        Assert.Contains(
            $"Nothing is being trained. Resume with: mien-lab experiment run \"{folder["made.json"]}\" "
                + $"--runs \"{folder["runs"]}\"\n",
            status.Out,
            StringComparison.Ordinal
        );

        LabResult json = Lab.Run("experiment", "status", folder["runs/made"], "--json");
        Assert.False((bool)JsonNode.Parse(json.Out)!["isComplete"]!);

        LabResult report = Lab.Run(
            "experiment",
            "report",
            "made",
            "--runs",
            folder["runs"],
            "--output",
            folder["new/page.html"],
            "--json",
            folder["new/page.json"]
        );
        Assert.True(report.Code == ExitCodes.Done, report.Error);
        Assert.Contains(
            "Not finished: nothing is being trained.",
            File.ReadAllText(folder["new/page.html"]),
            StringComparison.Ordinal
        );
        Assert.Equal(json.Out, File.ReadAllText(folder["new/page.json"]));
    }

    private static void AssertPage(string page, IEnumerable<string> names)
    {
        Check.All(names, n => Assert.Contains($"<th scope=\"row\">{n}</th>", page, StringComparison.Ordinal));
        Assert.Contains("Is &lt;wide&gt; better?", page, StringComparison.Ordinal);
        Assert.Contains(
            "16 evaluations on PublicTest (8 trainings). The best of many evaluations is optimistic",
            page,
            StringComparison.Ordinal
        );
        // accuracy against MACs, accuracy against minutes, curves
        Assert.Equal(3, Regex.Count(page, "<svg [^>]*role=\"img\" aria-label=\"[^\"]+\""));
        Assert.Equal(8, Regex.Count(page, "<polyline "));
        Assert.Contains("<h2>Mean accuracy per value</h2>", page, StringComparison.Ordinal);
        XElement body = XElement.Parse(
            page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]
        );
        Assert.Single(body.Descendants("h1"));
    }

    private IReadOnlyList<EpochRecord> HistoryOf(string trial) =>
        new RunFolder(folder[$"runs/made/{trial}"]).ReadHistory();

    private LabResult Run(string content, params string[] more) => Run(content, data: true, more);

    private LabResult Run(string content, bool data, params string[] more) =>
        Lab.Run([
            "experiment",
            "run",
            MadeExperiment.Write(folder, content),
            .. data ? (string[])["--data", made.Csv] : [],
            "--runs",
            folder["runs"],
            .. more,
        ]);
}
