using System.Text.Json.Nodes;
using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>
/// The trainings of an experiment file, as <c>mien-lab experiment plan</c> shows them. Nothing is trained here.
/// </summary>
public sealed class ExperimentPlanTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_grid_has_all_combinations_in_the_order_of_the_file_with_readable_names()
    {
        JsonObject plan = MadeExperiment.Plan(
            folder,
            """
            {
              // a comment, and trailing commas
              "recipe": RECIPE,
              "vary": {
                "learningRate": [0.05, 0.1],
                "optimiser": { "sgd": {}, "adam": { "optimizer": "adam", "beta1": 0.8 } },
                "network.conv1.filters": [4, 8, 16],
              },
              "seeds": [3, 4],
            }
            """
        );

        Assert.Equal("made", (string?)plan["name"]);
        Assert.Equal(
            ["learningRate", "optimiser", "network.conv1.filters"],
            plan["factors"]!.AsArray().Select(f => (string)f!)
        );
        Assert.Equal(
            [
                "learningRate=0.05,optimiser=sgd,conv1.filters=4",
                "learningRate=0.05,optimiser=sgd,conv1.filters=8",
                "learningRate=0.05,optimiser=sgd,conv1.filters=16",
                "learningRate=0.05,optimiser=adam,conv1.filters=4",
                "learningRate=0.05,optimiser=adam,conv1.filters=8",
                "learningRate=0.05,optimiser=adam,conv1.filters=16",
                "learningRate=0.1,optimiser=sgd,conv1.filters=4",
                "learningRate=0.1,optimiser=sgd,conv1.filters=8",
                "learningRate=0.1,optimiser=sgd,conv1.filters=16",
                "learningRate=0.1,optimiser=adam,conv1.filters=4",
                "learningRate=0.1,optimiser=adam,conv1.filters=8",
                "learningRate=0.1,optimiser=adam,conv1.filters=16",
            ],
            MadeExperiment.Names(plan)
        );
        Assert.Equal([3, 4], plan["seeds"]!.AsArray().Select(s => (int)s!));

        // conv 3×3 on 16×16, and dense to 7.
        Assert.Equal(
            [(4 * 9 * 256) + (4 * 7), (8 * 9 * 256) + (8 * 7), (16 * 9 * 256) + (16 * 7)],
            plan["configurations"]!.AsArray().Take(3).Select(s => (int)s!["macs"]!)
        );
    }

    [Fact]
    public void A_random_search_is_reproducible_stays_within_the_ranges_and_can_be_extended()
    {
        const string Content = """
            {
              "recipe": RECIPE, "search": "random", "trials": 12, "searchSeed": 5,
              "vary": {
                "learningRate": { "from": 0.001, "to": 0.1, "scale": "log" },
                "epochs": { "from": 2, "to": 4 },
                "mixup": { "from": 0.0, "to": 0.5 },
                "network.conv1.filters": { "from": 8, "to": 24, "step": 8 },
                "optimizer": ["sgd", "adam"]
              }
            }
            """;
        JsonObject plan = MadeExperiment.Plan(folder, Content);
        string[] names = MadeExperiment.Names(plan);

        Assert.Equal(12, names.Distinct().Count());
        Assert.Equal(names, MadeExperiment.Names(MadeExperiment.Plan(folder, Content)));
        Assert.Equal(
            names[..5],
            MadeExperiment.Names(
                MadeExperiment.Plan(
                    folder,
                    Content.Replace("\"trials\": 12", "\"trials\": 5", StringComparison.Ordinal)
                )
            )
        );
        Assert.NotEqual(
            names,
            MadeExperiment.Names(
                MadeExperiment.Plan(
                    folder,
                    Content.Replace("\"searchSeed\": 5", "\"searchSeed\": 6", StringComparison.Ordinal)
                )
            )
        );

        JsonNode[] configurations = [.. plan["configurations"]!.AsArray().Select(n => n!)];
        double[] rates =
        [
            .. configurations.Select(s =>
                double.Parse((string)s["values"]!["learningRate"]!, System.Globalization.CultureInfo.InvariantCulture)
            ),
        ];
        Check.All(rates, r => Assert.InRange(r, 0.001, 0.1));
        Assert.Contains(rates, r => r < 0.01); // half of a logarithmic range, but a tenth of a linear one
        Check.All(
            rates,
            r =>
                Assert.Equal(
                    r,
                    double.Parse(
                        r.ToString("G3", System.Globalization.CultureInfo.InvariantCulture),
                        System.Globalization.CultureInfo.InvariantCulture
                    )
                )
        );
        Assert.Equal(["2", "3", "4"], Values("epochs"));
        Assert.Equal(["16", "24", "8"], Values("network.conv1.filters"));
        Assert.Equal(["adam", "sgd"], Values("optimizer"));
        Assert.Contains(configurations, s => ((string)s["values"]!["mixup"]!).Contains('.', StringComparison.Ordinal));

        string[] Values(string key) =>
            [.. configurations.Select(s => (string)s["values"]![key]!).Distinct().Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void An_ablation_study_tries_none_each_alone_all_and_each_left_out()
    {
        JsonObject plan = MadeExperiment.Plan(
            folder,
            """
            {
              "recipe": RECIPE, "search": "oneFactor",
              "vary": { "flip": [0, 0.5], "adam": { "sgd": {}, "adam": { "optimizer": "adam" } },
                "labelSmoothing": [0, 0.1] }
            }
            """
        );

        Assert.Equal(
            [
                "none",
                "only-flip",
                "only-adam",
                "only-labelSmoothing",
                "all",
                "without-flip",
                "without-adam",
                "without-labelSmoothing",
            ],
            MadeExperiment.Names(plan)
        );
        JsonNode without = plan["configurations"]!.AsArray().Single(s => (string)s!["name"]! == "without-adam")![
            "values"
        ]!;
        Assert.Equal(
            ("0.5", "sgd", "0.1"),
            ((string?)without["flip"], (string?)without["adam"], (string?)without["labelSmoothing"])
        );
    }

    [Fact]
    public void Layers_are_changed_by_name_widened_repeated_replaced_and_removed()
    {
        const string Network = """
            {
              "name": "tiny", "input": { "width": 16, "height": 16 },
              "layers": [
                { "type": "conv", "filters": 8 }, { "type": "relu" },
                { "type": "residual", "name": "block", "body": [ { "type": "conv", "filters": 8 },
                  { "type": "batchNorm" }, { "type": "squeezeExcitation", "reduction": 4 } ] },
                { "type": "globalAveragePool" }, { "type": "dense", "units": 7 }
              ]
            }
            """;
        Assert.Equal(Conv(1, 8) + Conv(8, 8) + Gate(8) + (8 * 7), Macs("{}"));
        Assert.Equal(Conv(1, 24) + Conv(24, 24) + Gate(24) + (24 * 7), Macs("""{ "network.width": 3 }"""));
        Assert.Equal(Conv(1, 4) + Conv(4, 4) + Gate(4) + (4 * 7), Macs("""{ "network.width": 0.5 }"""));
        Assert.Equal(Conv(1, 8) + (3 * (Conv(8, 8) + Gate(8))) + (8 * 7), Macs("""{ "network.block.repeat": 3 }"""));
        Assert.Equal(
            Conv(1, 8) + (2 * Conv(8, 8)) + (8 * 7),
            Macs("""{ "network.block.repeat": 2, "network.*squeezeExcitation*": null }""")
        );
        Assert.Equal(
            Conv(1, 8) + (25 * Conv(8, 8) / 9) + Gate(8) + (8 * 7),
            Macs("""{ "network.block_conv1.kernel": 5 }""")
        );
        Assert.Equal(Conv(1, 8) + Conv(8, 8) + Gate(8) + (8 * 7), Macs("""{ "network.relu1": { "type": "silu" } }"""));
        Assert.Equal(Conv(1, 8, 32) + Conv(8, 8, 32) + Gate(8) + (8 * 7), Macs("""{ "network.input.size": 32 }"""));
        Assert.Equal(Conv(1, 8) + (8 * 7), Macs("""{ "network.block": null }"""));

        long Macs(string change) =>
            (long)
                MadeExperiment.Plan(folder, $$"""{ "recipe": RECIPE, "set": {{change}} }""", Network)[
                    "configurations"
                ]![0]!["macs"]!;
        static long Conv(long from, long to, long side = 16) => from * to * 9 * side * side;
        static long Gate(long channels) => 2 * channels * (channels / 4);
    }

    [Fact]
    public void Varied_values_override_set_values_and_a_registered_network_keeps_its_name()
    {
        JsonObject plan = MadeExperiment.Plan(
            folder,
            """{ "set": { "epochs": 9, "network": "tiny.json" }, "vary": { "network": ["shallow","""
                + """ "tiny.json"], "epochs": [2, 3] } }"""
        );

        Assert.Equal(
            ["network=shallow,epochs=2", "network=shallow,epochs=3", "network=tiny,epochs=2", "network=tiny,epochs=3"],
            MadeExperiment.Names(plan)
        );
        Assert.Equal([2, 3, 2, 3], plan["configurations"]!.AsArray().Select(s => (int)s!["epochs"]!));
        Assert.Equal(
            ["shallow", "shallow", "tiny", "tiny"],
            plan["configurations"]!.AsArray().Select(s => (string)s!["network"]!)
        );
    }

    [Fact]
    public void The_plan_shows_costs_and_estimated_times()
    {
        LabResult result = Lab.Run(
            "experiment",
            "plan",
            MadeExperiment.Write(
                folder,
                """{ "set": { "epochs": 10 }, "vary": { "network": ["shallow", "deep"] }, "seeds": [1, 2] }"""
            )
        );

        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        // 290.5e6 · 6 · 28,709 · 10 / 100e9 / 3600 = 1.39
        Assert.Matches("network=deep .*4,478,727.*290,475,520.* 10 .*1\\.4 to 3\\.5 h", result.Out);
        Assert.Contains(
            "made: 2 configurations, 2 seeds each, 4 trials; estimated time ",
            result.Out,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("default.json", 18, 3_000_000, 120_000_000)]
    [InlineData("tiny.json", 16, 300_000, 15_000_000)]
    [InlineData("study.json", 26, 300_000, 5_000_000)]
    public void The_experiments_in_the_repository_are_valid_and_within_their_budgets(
        string file,
        int configurations,
        long parameters,
        long macs
    )
    {
        LabResult result = Lab.Run("experiment", "plan", Repository.PathOf($"experiments/{file}"), "--json");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        JsonNode[] planned = [.. JsonNode.Parse(result.Out)!["configurations"]!.AsArray().Select(n => n!)];
        Assert.Equal(configurations, planned.Length);
        Check.All(planned, s => Assert.InRange((long)s["parameters"]!, 1, parameters));
        Check.All(planned, s => Assert.InRange((long)s["macs"]!, 1, macs));
    }

    [Fact]
    public void Long_names_are_numbered_and_paths_are_shortened_to_the_file_name()
    {
        folder.Write("a/wide one.json", MadeData.Network);
        JsonObject plan = MadeExperiment.Plan(
            folder,
            $$"""
            {
              "recipe": RECIPE,
              "vary": { "network": ["a/wide one.json"], "{{new string(
                'k',
                130
            )}}": { "on": { "flip": 0.25 }, "off": {} } }
            }
            """
        );

        Assert.Equal(["configuration-001", "configuration-002"], MadeExperiment.Names(plan));
        Assert.Equal(
            ["network=wide-one"],
            MadeExperiment.Names(
                MadeExperiment.Plan(folder, """{ "recipe": RECIPE, "vary": { "network": ["a/wide one.json"] } }""")
            )
        );
    }
}
