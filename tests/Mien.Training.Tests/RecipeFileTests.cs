using System.Text.Json.Nodes;
using Mien.Networks;

namespace Mien.Training.Tests;

public class RecipeFileTests
{
    [Fact]
    public void Comments_and_trailing_commas_are_allowed_and_missing_keys_have_their_defaults()
    {
        TrainingRecipe recipe = RecipeFile.Parse(
            """
            {
              // a comment
              "network": "deep", /* another */
              "learningRate": 0.02,
              "optimizer": "adamW", "schedule": "oneCycle", "classWeights": "squareRoot", "scaling": "standard",
              "sizes": [24, 48,], "sizeEpochs": [0, 10],
            }
            """,
            "my.json"
        );
        Assert.Equal(("deep", 0.02), (recipe.Network, recipe.LearningRate));
        Assert.Equal(
            (OptimizerKind.AdamW, ScheduleKind.OneCycle, ClassWeighting.SquareRoot, PixelScaling.Standard),
            (recipe.Optimizer, recipe.Schedule, recipe.ClassWeights, recipe.Scaling)
        );
        Assert.Equal([24, 48], recipe.Sizes);
        Assert.Equal([0, 10], recipe.SizeEpochs);
        Assert.Equal((new TrainingRecipe().BatchSize, 128), (recipe.BatchSize, recipe.BatchSize));
        Assert.Equal(RecipeFile.ToJson(new TrainingRecipe()), RecipeFile.ToJson(RecipeFile.Parse("{}", "empty")));
        Assert.Equal(RecipeFile.ToJson(new TrainingRecipe()), RecipeFile.ToJson(RecipeFile.Load(null)));
    }

    [Fact]
    public void An_unknown_key_is_an_error_that_lists_the_known_ones()
    {
        var error = Assert.Throws<TrainingException>(() => RecipeFile.Parse("""{ "learningrate": 0.1 }""", "my.json"));
        Assert.Equal("badRecipe", error.Code);
        Assert.Equal(ErrorKind.BadUsage, error.Kind);
        Assert.StartsWith(
            "my.json: there is no key 'learningrate'. Known keys: network, seed, threads, precision, epochs, hours, "
                + "batchSize, ",
            error.Message,
            StringComparison.Ordinal
        );
        Check.All(RecipeKey.Names, key => Assert.Contains(key, error.Message, StringComparison.Ordinal));
        Assert.Equal(typeof(TrainingRecipe).GetProperties().Count(p => p.CanWrite), RecipeKey.Names.Count);

        var set = Assert.Throws<TrainingException>(() => RecipeFile.Load(null, ["epoch=3"]));
        Assert.StartsWith("the recipe: there is no key 'epoch'.", set.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]", "expected an object { … } of keys and values.")]
    [InlineData("null", "expected an object { … } of keys and values.")]
    [InlineData("", "does not contain any JSON")]
    [InlineData("\u00ff\u00d8\u00ff JFIF", "is an invalid start of a value")]
    [InlineData("""{ "epochs": 3""", "is an invalid end of a number")]
    [InlineData("""{ "epochs": 3, "epochs": 4 }""", "epochs")]
    public void Text_that_is_not_a_recipe_is_an_error(string json, string found)
    {
        var error = Assert.Throws<TrainingException>(() => RecipeFile.Parse(json, "my.json"));
        Assert.Equal("badRecipe", error.Code);
        Assert.StartsWith("my.json: not a recipe: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            " Expected flat JSON such as { \"network\": \"shallow\", \"epochs\": 30 }.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("epochs", "\"many\"", "a whole number")]
    [InlineData("epochs", "2.5", "a whole number")]
    [InlineData("epochs", "null", "a whole number")]
    [InlineData("flip", "\"often\"", "a number")]
    [InlineData("network", "7", "a text")]
    [InlineData("optimizer", "\"adma\"", "sgd, adam, adamW")]
    [InlineData("optimizer", "1", "sgd, adam, adamW")]
    [InlineData("sizes", "48", "a list of whole numbers, such as [32, 48]")]
    public void A_value_of_another_type_is_an_error_that_names_key_value_and_type(
        string key,
        string value,
        string expected
    )
    {
        var error = Assert.Throws<TrainingException>(() =>
            RecipeFile.Parse($$"""{ "{{key}}": {{value}} }""", "my.json")
        );
        Assert.Equal(("badRecipe", $"my.json: '{key}' is {value}, expected {expected}."), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("epochs", "0", "1 or more")]
    [InlineData("batchSize", "1", "2 or more")]
    [InlineData("threads", "-1", "0 or more")]
    [InlineData("stepEpochs", "0", "1 or more")]
    [InlineData("plainEpochs", "-1", "0 or more")]
    [InlineData("earlyStopping", "-2", "0 or more")]
    [InlineData("learningRate", "0", "over 0 to 1000")]
    [InlineData("learningRate", "-0.5", "over 0 to 1000")]
    [InlineData("momentum", "1", "0 to 0.9999")]
    [InlineData("beta1", "1", "0 to 0.9999")]
    [InlineData("beta2", "1.5", "0 to 0.999999")]
    [InlineData("weightDecay", "2", "0 to 1")]
    [InlineData("warmupEpochs", "31", "0 to 30")]
    [InlineData("finalLearningRateShare", "1.5", "0 to 1")]
    [InlineData("oneCycleRise", "0", "0.01 to 0.99")]
    [InlineData("stepFactor", "0", "1E-06 to 1")]
    [InlineData("labelSmoothing", "0.95", "0 to 0.9")]
    [InlineData("voteShare", "1.25", "0 to 1")]
    [InlineData("teacherShare", "-0.1", "0 to 1")]
    [InlineData("flip", "2", "0 to 1")]
    [InlineData("shift", "0.6", "0 to 0.5")]
    [InlineData("rotation", "181", "0 to 180")]
    [InlineData("scale", "1", "0 to 0.9")]
    [InlineData("crop", "0", "0.1 to 1")]
    [InlineData("brightness", "-0.1", "0 to 1")]
    [InlineData("contrast", "1.1", "0 to 1")]
    [InlineData("erasing", "1.1", "0 to 1")]
    [InlineData("erasingArea", "0.01", "0.02 to 1")]
    [InlineData("mixup", "11", "0 to 10")]
    [InlineData("ema", "1", "0 to 0.99999")]
    [InlineData("sam", "11", "0 to 10")]
    [InlineData("swaEpochs", "-1", "0 or more")]
    [InlineData("swaEpochs", "31", "0 to 30")]
    [InlineData("clipNorm", "-1", "0 to 1000000")]
    public void A_value_out_of_range_is_an_error_that_names_key_value_and_range(
        string key,
        string value,
        string range
    ) =>
        Made.WithCommaCulture(() =>
        {
            var error = Assert.Throws<TrainingException>(() =>
                RecipeFile.Parse($$"""{ "{{key}}": {{value}} }""", "my.json")
            );
            Assert.Equal(("badRecipe", $"my.json: '{key}' is {value}, expected {range}."), (error.Code, error.Message));
        });

    [Fact]
    public void Only_one_average_of_the_weights_can_be_on()
    {
        var error = Assert.Throws<TrainingException>(() =>
            RecipeFile.Parse("""{ "swaEpochs": 5, "ema": 0.99 }""", "my.json")
        );
        Assert.Equal(
            (
                "badRecipe",
                "my.json: 'swaEpochs' and 'ema' are both set, but only one average can be evaluated and exported. "
                    + "Set one to 0."
            ),
            (error.Code, error.Message)
        );
    }

    [Fact]
    public void A_teacher_share_needs_a_teacher()
    {
        var error = Assert.Throws<TrainingException>(() => RecipeFile.Parse("""{ "teacherShare": 0.5 }""", "my.json"));
        Assert.Equal(
            (
                "badRecipe",
                "my.json: 'teacherShare' needs a 'teacher', expected the name of a built-in model or an ONNX file, "
                    + "or several, separated by commas."
            ),
            (error.Code, error.Message)
        );
        Assert.Equal(
            "default",
            RecipeFile.Parse("""{ "teacher": "default", "teacherShare": 0.5 }""", "my.json").Teacher
        );
    }

    [Fact]
    public void The_decay_of_a_trapezoid_must_fit_into_the_training()
    {
        var error = Assert.Throws<TrainingException>(() =>
            RecipeFile.Parse("""{ "schedule": "trapezoid", "epochs": 4 }""", "my.json")
        );
        Assert.Equal("my.json: 'decayEpochs' is 5, expected 1 to 4.", error.Message);
        Assert.Equal(4, RecipeFile.Parse("""{ "epochs": 4 }""", "my.json").Epochs);
    }

    [Theory]
    [InlineData("[24]", "[]", "[24] and []")]
    [InlineData("[4, 48]", "[0, 1]", "[4, 48] and [0, 1]")]
    [InlineData("[24, 48]", "[1, 2]", "[24, 48] and [1, 2]")]
    [InlineData("[24, 32, 48]", "[0, 2, 2]", "[24, 32, 48] and [0, 2, 2]")]
    [InlineData("[24, 48]", "[0, 30]", "[24, 48] and [0, 30]")]
    [InlineData("null", "[]", "[] and []")]
    public void Sizes_and_their_epochs_must_match(string sizes, string epochs, string found)
    {
        var error = Assert.Throws<TrainingException>(() =>
            RecipeFile.Parse($$"""{ "sizes": {{sizes}}, "sizeEpochs": {{epochs}} }""", "my.json")
        );
        Assert.Equal(
            $"my.json: 'sizes' and 'sizeEpochs' must be lists of equal length with sides of 8 pixels or more and "
                + $"epochs that start at 0, increase and are below 30; "
                + $"found {found}. For a constant size, set both to [].",
            error.Message
        );
    }

    [Fact]
    public void A_network_must_be_named()
    {
        var error = Assert.Throws<TrainingException>(() => RecipeFile.Parse("""{ "network": " " }""", "my.json"));
        Assert.Equal("my.json: 'network' is empty, expected a registered network's name or a file.", error.Message);
    }

    [Fact]
    public void Overrides_take_precedence_over_the_file()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["my.json"], """{ "network": "shallow", "epochs": 5, "seed": 7 }""");
        TrainingRecipe recipe = RecipeFile.Load(
            folder["my.json"],
            [
                "network=deep",
                "epochs = 8",
                "optimizer=adam",
                "sizes=[24, 48]",
                "sizeEpochs=[0, 3]",
                "learningRate=1e-3",
                "schedule=\"step\"",
            ]
        );
        Assert.Equal(
            ("deep", 8, 7, OptimizerKind.Adam, 0.001, ScheduleKind.Step),
            (recipe.Network, recipe.Epochs, recipe.Seed, recipe.Optimizer, recipe.LearningRate, recipe.Schedule)
        );
        Assert.Equal([24, 48], recipe.Sizes);

        foreach (string text in (string[])["epochs", "=3", ""])
        {
            var error = Assert.Throws<TrainingException>(() => RecipeFile.Load(null, [text]));
            Assert.Equal(
                ("badRecipe", $"'{text}' is not an override, expected key=value, such as epochs=10."),
                (error.Code, error.Message)
            );
        }
    }

    [Fact]
    public void A_recipe_is_written_with_every_key_and_read_back()
    {
        TrainingRecipe recipe = new()
        {
            Network = "nets/größer.json",
            Seed = -3,
            Optimizer = OptimizerKind.AdamW,
            Schedule = ScheduleKind.Plateau,
            LearningRate = 0.1 + 0.2,
            Sizes = [16, 48],
            SizeEpochs = [0, 9],
            Heads = ["fer2013", "ferplus"],
            HeadShares = [0.25, 0.75],
            ClassWeights = ClassWeighting.Balanced,
            Scaling = PixelScaling.Signed,
            Mixup = 0.2,
            Ema = 0.998,
        };
        string json = RecipeFile.ToJson(recipe);
        Assert.Equal(RecipeKey.Names, JsonNode.Parse(json)!.AsObject().Select(p => p.Key));
        Assert.Contains("größer", json, StringComparison.Ordinal);
        TrainingRecipe back = RecipeFile.Parse(json, "written");
        Assert.Equal(json, RecipeFile.ToJson(back));
        Assert.Equal(recipe.Heads, back.Heads);
        Assert.Equal(recipe.HeadShares, back.HeadShares);
        Assert.Equal(
            recipe with
            {
                Sizes = back.Sizes,
                SizeEpochs = back.SizeEpochs,
                Heads = back.Heads,
                HeadShares = back.HeadShares,
            },
            back
        );
    }

    [Fact]
    public void A_recipe_that_cannot_be_read_is_named()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<TrainingException>(() => RecipeFile.Load(folder["none.json"]));
        Assert.Equal("recipeNotFound", error.Code);
        Assert.StartsWith(
            folder["none.json"] + ": the recipe cannot be read: ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_recipe_of_the_repository_is_valid_and_trains_a_registered_network()
    {
        string[] files = Directory.GetFiles(Repository.PathOf("recipes"), "*.json");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            TrainingRecipe recipe = RecipeFile.Load(file);
            Assert.Contains(recipe.Network, RegisteredNetworks.Names);
            NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(recipe.Network));
            Assert.True(
                recipe.Sizes.Count == 0 || recipe.Sizes[^1] == graph.Input.Height,
                $"{file}: the last of 'sizes' is not {graph.Input.Height}."
            );
        }
    }
}
