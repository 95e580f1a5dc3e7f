using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.CommandLine;
using Mien.Training;
using TorchSharp;
using TorchSharp.Modules;

namespace Mien.Lab.Tests;

/// <summary>Experiments that are trained to their end, on tiny made data.</summary>
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
    public void An_experiment_trains_every_setting_with_every_seed_and_ends_with_a_ranking_and_a_report()
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
            "16 looks (8 trainings). The best of many looks is optimistic",
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

        Assert.Equal(4, report["effects"]!.AsArray().Count); // two values each of two things
        AssertPage(File.ReadAllText(folder["runs/made/report.html"]), configurations.Select(s => (string)s["name"]!));
    }

    [Fact]
    public void A_trials_folder_holds_all_that_train_needs_to_repeat_it_alone()
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

        // And the run's commands know it.
        LabResult resumed = Lab.Run("resume", "made/conv1.filters=4,seed=7", "--runs", folder["runs"]);
        Assert.Contains("Going on from step 14 of 14.", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Going_on_trains_only_what_is_missing_and_what_the_file_has_more()
    {
        Assert.Equal(ExitCodes.Done, Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0, 0.1] } }""").Code);
        Dictionary<string, DateTime> before = Checkpoints();

        LabResult again = Run(
            """{ "recipe": RECIPE, "vary": { "labelSmoothing": [0, 0.1, 0.2] }, "seeds": [1, 2] }""",
            data: false
        ); // the data is known
        Assert.True(again.Code == ExitCodes.Done, again.Error);
        Dictionary<string, DateTime> after = Checkpoints();
        Assert.Equal((2, 6), (before.Count, after.Count));
        Check.All(before, c => Assert.Equal(c.Value, after[c.Key]));

        LabResult less = Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0.2] } }""", data: false);
        Assert.Equal(ExitCodes.Done, less.Code);
        Assert.Contains(
            "note: 5 trials of an earlier version of this file stay where they are and do not count: "
                + "labelSmoothing=0,seed=1 ",
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
    public void What_was_trained_otherwise_is_not_mixed_in()
    {
        Assert.Equal(ExitCodes.Done, Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0.1] } }""").Code);

        LabResult recipe = Run(
            """{ "recipe": RECIPE, "set": { "flip": 0.25 }, "vary": { "labelSmoothing": [0.1] } }"""
        );
        Assert.Equal(ExitCodes.Usage, recipe.Code);
        Assert.Contains(
            "labelSmoothing=0.1,seed=1: 'flip' was 0.5 when it was trained and is 0.25 now. Give the changed "
                + "experiment another --name, or delete that folder to train the trial anew.",
            recipe.Error,
            StringComparison.Ordinal
        );

        LabResult network = Run(
            """{ "recipe": RECIPE, "set": { "network.width": 2 }, "vary": { "labelSmoothing": [0.1] } }"""
        );
        Assert.Equal(ExitCodes.Usage, network.Code);
        Assert.Contains(
            "its network 'tiny' was another one when it was trained",
            network.Error,
            StringComparison.Ordinal
        );

        LabResult data = Run("""{ "recipe": RECIPE, "vary": { "labelSmoothing": [0.1] } }""", "--random-split", "3");
        Assert.Equal(ExitCodes.Usage, data.Code);
        Assert.Matches(
            "it was trained with 392 training and 42 validation images without votes, and the data given now is \\d+ "
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
    public void A_trial_that_fails_is_reported_and_the_others_go_on()
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

        // It stays failed until it is asked for once more.
        LabResult again = Run(Content, data: false);
        Assert.Equal(ExitCodes.SomeFailed, again.Code);
        Assert.DoesNotContain("steps=huge", again.Error, StringComparison.Ordinal);
        LabResult retried = Run(Content, data: false, "--retry-failed");
        Assert.Equal(ExitCodes.SomeFailed, retried.Code);
        Assert.Contains("steps=huge,seed=1 failed: ", retried.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_fails_its_trial_only()
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
    public void Halving_stops_the_worse_settings_at_the_rung_with_the_whole_schedule_kept()
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

        // Half way of a cosine over six epochs the rate is still about half: it was not squeezed into three.
        double rate =
            (double)configurations[1]["trials"]![0]!["history"]![2]!["learningRate"]!
            / double.Parse(
                (string)configurations[1]["values"]!["learningRate"]!,
                System.Globalization.CultureInfo.InvariantCulture
            );
        Assert.InRange(rate, 0.45, 0.6);
    }

    [Fact]
    public void A_one_factor_study_tells_what_each_is_worth_alone_and_left_out()
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
        foreach (JsonNode? worth in report["factorEffects"]!.AsArray())
        {
            string factor = (string)worth!["factor"]!;
            Assert.Equal(means["only-" + factor] - means["none"], (double)worth["alone"]!, 12);
            Assert.Equal(means["all"] - means["without-" + factor], (double)worth["leftOut"]!, 12);
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
    public void Status_and_report_tell_of_an_experiment_that_is_not_finished()
    {
        Assert.Equal(ExitCodes.Done, Run(Grid).Code);
        Directory.Delete(folder["runs/made/conv1.filters=8,labelSmoothing=0.1,seed=2"], recursive: true);
        File.Delete(folder["runs/made/conv1.filters=8,labelSmoothing=0.1,seed=1/history.csv"]);

        LabResult status = Lab.Run("experiment", "status", "made", "--runs", folder["runs"]);
        Assert.Equal((ExitCodes.Done, ""), (status.Code, status.Error));
        Assert.Contains("1 waiting, 1 interrupted, 6 done; ", status.Out, StringComparison.Ordinal);
        Assert.Contains(
            $"Nothing is being trained. Go on with: mien-lab experiment run \"{folder["made.json"]}\" "
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
            "Not finished: nothing is being trained at the moment.",
            File.ReadAllText(folder["new/page.html"]),
            StringComparison.Ordinal
        );
        Assert.Equal(json.Out, File.ReadAllText(folder["new/page.json"]));
    }

    [Theory]
    [InlineData("There is no experiment 'none' in ", "status", "none")]
    [InlineData("There: made.", "report", "none")]
    [InlineData("No data is named. Give --data PATH", "run", "FILE", "--name", "fresh")]
    [InlineData("--threads is -1, expected 0 or more.", "run", "FILE", "--threads", "-1")]
    [InlineData("--name is 'a/b', expected the name of a folder.", "run", "FILE", "--name", "a/b")]
    [InlineData("A run 'first' is there already (", "run", "FILE", "--name", "first")]
    [InlineData(
        "made.json (base): its voteShare needs FER+ votes. Give fer2013new.csv with --votes.",
        "run",
        "VOTES",
        "--name",
        "fresh",
        "--data",
        "DATA"
    )]
    public void Wrong_arguments_end_with_2_and_say_what_was_expected(string message, params string[] args)
    {
        made.CopyTo(folder["runs"]);
        folder.Write("runs/made/experiment.json", "{}");
        string content =
            args[1] == "VOTES" ? """{ "recipe": RECIPE, "set": { "voteShare": 0.5 } }""" : """{ "recipe": RECIPE }""";
        string file = MadeExperiment.Write(folder, content);
        string? before = Environment.GetEnvironmentVariable("MIEN_FER2013");
        Environment.SetEnvironmentVariable("MIEN_FER2013", null);
        try
        {
            LabResult result = Lab.Run([
                "experiment",
                .. args.Select(a =>
                    a is "FILE" or "VOTES" ? file
                    : a == "DATA" ? made.Csv
                    : a
                ),
                "--runs",
                folder["runs"],
            ]);
            Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("MIEN_FER2013", before);
        }
    }

    private static void AssertPage(string page, IEnumerable<string> names)
    {
        Check.All(names, n => Assert.Contains($"<th scope=\"row\">{n}</th>", page, StringComparison.Ordinal));
        Assert.Contains("Is &lt;wide&gt; better?", page, StringComparison.Ordinal);
        Assert.Contains("16 looks (8 trainings). The best of many looks is optimistic", page, StringComparison.Ordinal);
        // against MACs, against minutes, curves
        Assert.Equal(3, Regex.Count(page, "<svg [^>]*role=\"img\" aria-label=\"[^\"]+\""));
        Assert.Equal(8, Regex.Count(page, "<polyline "));
        Assert.Contains("<h2>Each value by itself</h2>", page, StringComparison.Ordinal);
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
