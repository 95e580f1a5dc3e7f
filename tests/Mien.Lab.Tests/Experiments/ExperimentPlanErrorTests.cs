using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>Errors for invalid experiment files.</summary>
public sealed class ExperimentPlanErrorTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("made.json: unknown key 'varies', expected name, summary, recipe, set, vary, ", """{ "varies": {} }""")]
    [InlineData("made.json: not a valid experiment file: ", """{ "vary": }""")]
    [InlineData("made.json: not a valid experiment file: ", """{ "seeds": [1], "seeds": [2] }""")]
    [InlineData("made.json: found a list, expected an object { … }.", "[1]")]
    [InlineData(
        "made.json, vary.learningrate: unknown key 'learningrate'; expected network.LAYER.KEY, ",
        """{ "vary": { "learningrate": [1] } }"""
    )]
    [InlineData("made.json, set.epoch: unknown key 'epoch'; ", """{ "set": { "epoch": 1 } }""")]
    [InlineData(
        "made.json, vary.seed: 'seed' is not allowed here: give the seeds of an experiment as \"seeds\": [1, 2].",
        """{ "vary": { "seed": [1, 2] } }"""
    )]
    [InlineData("made.json, recipe.seed: 'seed' is not allowed here", """{ "recipe": { "seed": 2 } }""")]
    [InlineData(
        "made.json, vary.epochs: found 3, expected a list of values [0.05, 0.1], a range ",
        """{ "vary": { "epochs": 3 } }"""
    )]
    [InlineData("made.json, vary.epochs: found [], expected a list of values", """{ "vary": { "epochs": [] } }""")]
    [InlineData("made.json, vary.epochs: the value 3 is given twice.", """{ "vary": { "epochs": [3, 3] } }""")]
    [InlineData(
        "made.json, vary.epochs: found a range, which needs \"search\": \"random\"; ",
        """{ "vary": { "epochs": { "from": 1, "to": 3 } } }"""
    )]
    [InlineData(
        "made.json, vary.flip: found 0.5 to 0.1, expected 'from' less than 'to'.",
        """{ "search": "random", "trials": 2, "vary": { "flip": { "from": 0.5, "to": 0.1 } } }"""
    )]
    [InlineData(
        "made.json, vary.flip.scale: found \"ln\", expected \"linear\" or \"log\".",
        """{ "search": "random", "trials": 2, "vary": { "flip": { "from": 0.1, "to": 0.5, "scale": "ln" } } }"""
    )]
    [InlineData(
        "made.json, trials: the key is missing; \"search\": \"random\" needs the number of configurations to draw.",
        """{ "search": "random", "vary": { "flip": [0, 1] } }"""
    )]
    [InlineData(
        "made.json, trials: found 5, but only 2 different configurations were found in 1,000 draws.",
        """{ "search": "random", "trials": 5, "vary": { "flip": [0, 1] } }"""
    )]
    [InlineData("made.json, trials: the key is only allowed with \"search\": \"random\".", """{ "trials": 5 }""")]
    [InlineData(
        "made.json, search: found \"all\", expected \"grid\" or \"random\" or \"oneFactor\".",
        """{ "search": "all" }"""
    )]
    [InlineData(
        "made.json, vary.flip: found 3 values, expected the two values [without, with], which \"search\": "
            + "\"oneFactor\" needs.",
        """{ "search": "oneFactor", "vary": { "flip": [0, 0.5, 1] } }"""
    )]
    [InlineData(
        "made.json, vary.opt: 'learningRate' is also set by 'learningRate', so one would override the other; ",
        """{ "vary": { "learningRate": [0.1, 0.2], "opt": { "a": { "learningRate": 0.3 } } } }"""
    )]
    [InlineData("made.json, seeds: found [], expected a list of whole numbers, such as [1, 2].", """{ "seeds": [] }""")]
    [InlineData("made.json, seeds[1]: found 1.5, expected a whole number.", """{ "seeds": [1, 1.5] }""")]
    [InlineData("made.json, seeds: found [1,1], expected different seeds.", """{ "seeds": [1, 1] }""")]
    [InlineData(
        "made.json, halving.keep: found 1, expected the share that continues, over 0 and under 1.",
        """{ "halving": { "epochs": [2], "keep": 1 } }"""
    )]
    [InlineData(
        "made.json, halving.epochs: found 2, expected epochs under 2, the largest number of epochs of a "
            + "configuration: no configuration would be stopped at 2.",
        """{ "recipe": RECIPE, "vary": { "flip": [0, 1] }, "halving": { "epochs": [1, 2], "keep": 0.5 } }"""
    )]
    [InlineData(
        "made.json, name: found \"../out\", expected a folder name without a path; give the folder of all runs with "
            + "--runs DIR.",
        """{ "name": "../out" }"""
    )]
    [InlineData(
        "made.json (learningRate=0.1): teacher: there is no model file 'no.onnx'",
        """{ "recipe": RECIPE, "set": { "teacher": "no.onnx", "teacherShare": 0.5 },"""
            + """ "vary": { "learningRate": [0.1] } }"""
    )]
    [InlineData(
        "made.json, halving.epochs: found [4,2], expected increasing epochs, such as [4, 10].",
        """{ "halving": { "epochs": [4, 2], "keep": 0.5 } }"""
    )]
    [InlineData(
        "made.json, halving: unknown key 'rungs', expected epochs, keep.",
        """{ "halving": { "rungs": [4] } }"""
    )]
    [InlineData(
        "made.json, recipe: file 'none.json' not found, neither in the experiment's folder (",
        """{ "recipe": "none.json" }"""
    )]
    [InlineData("made.json, recipe: there is no key 'epoch'. Known keys: ", """{ "recipe": { "epoch": 1 } }""")]
    [InlineData("made.json (epochs=0): 'epochs' is 0, expected 1 or more.", """{ "vary": { "epochs": [3, 0] } }""")]
    [InlineData(
        "made.json (flip=often): 'flip' is \"often\", expected a number.",
        """{ "vary": { "flip": ["often"] } }"""
    )]
    [InlineData(
        "made.json (network=deeper): There is no network 'deeper'. Registered: deep, default, shallow, tiny; ",
        """{ "vary": { "network": ["deeper"] } }"""
    )]
    [InlineData(
        "made.json (base), network.conv9.filters: no layer has the name 'conv9'; the layers are conv1, batchNorm1, "
            + "relu1, globalAveragePool1, dense1.",
        """{ "recipe": RECIPE, "set": { "network.conv9.filters": 3 } }"""
    )]
    [InlineData(
        "made.json (conv1.filters=many), layers[0].filters (conv): found \"many\", expected a whole number.",
        """{ "recipe": RECIPE, "vary": { "network.conv1.filters": ["many"] } }"""
    )]
    [InlineData(
        "made.json (conv1.filter=3), layers[0] (conv): unknown key 'filter', expected filters, kernel, ",
        """{ "recipe": RECIPE, "vary": { "network.conv1.filter": [3] } }"""
    )]
    [InlineData(
        "made.json (width=0), network.width: found 0, expected a number from 0.01 to 100.",
        """{ "recipe": RECIPE, "vary": { "network.width": [0] } }"""
    )]
    [InlineData(
        "made.json (base), network.conv1: found 3, expected null, which removes the layer, another layer ",
        """{ "recipe": RECIPE, "set": { "network.conv1": 3 } }"""
    )]
    [InlineData(
        "made.json (base), network.conv1.repeat: found 1.5, expected a whole number from 0 to 64.",
        """{ "recipe": RECIPE, "set": { "network.conv1.repeat": 1.5 } }"""
    )]
    [InlineData(
        "made.json (base): Network 'tiny', layer 'globalAveragePool1': ",
        """{ "recipe": RECIPE, "set": { "network.conv1": { "type": "flatten" } } }"""
    )]
    [InlineData(
        "made.json (base): the last of 'sizes' is 12, expected the network's own input size, 16×16.",
        """{ "recipe": RECIPE, "set": { "sizes": [12], "sizeEpochs": [0] } }"""
    )]
    public void An_invalid_file_is_wrong_usage_and_the_error_names_file_key_and_value(string message, string content)
    {
        LabResult result = Lab.Run("experiment", "plan", MadeExperiment.Write(folder, content));

        Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_that_is_too_large_is_refused()
    {
        string levels = string.Join(", ", Enumerable.Range(1, 11));
        LabResult result = Lab.Run(
            "experiment",
            "plan",
            MadeExperiment.Write(
                folder,
                $$"""{ "vary": { "epochs": [{{levels}}], "stepEpochs": [{{levels}}], "batchSize": [{{levels}}] } }"""
            )
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "made.json, vary: the grid has 1,331 configurations, expected 1,000 or fewer. Vary fewer keys, or "
                + "draw a sample with \"search\": \"random\", \"trials\": 30.",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_missing_file_is_wrong_usage()
    {
        LabResult result = Lab.Run("experiment", "plan", folder["none.json"]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "none.json: file not found, expected an experiment file (JSON). Check the path.",
            result.Error,
            StringComparison.Ordinal
        );
    }
}
