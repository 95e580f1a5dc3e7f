using System.CommandLine;
using System.CommandLine.Completions;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab.Tests;

public sealed class WrongUsageTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("there is no key 'epoch'. Known keys: network, seed, ", "{ \"epoch\": 3 }")]
    [InlineData("'epochs' is 0, expected 1 or more.", "{ \"epochs\": 0 }")]
    [InlineData("not a recipe: ", "{ \"epochs\": }")]
    [InlineData("'epochs' is \"many\", expected a whole number.", "{ \"epochs\": \"many\" }")]
    [InlineData("'optimizer' is \"adma\", expected sgd, adam, adamW.", "{ \"optimizer\": \"adma\" }")]
    [InlineData("'sizes' is 32, expected a list of whole numbers, such as [32, 48].", "{ \"sizes\": 32 }")]
    [InlineData(
        "There is no network 'deeper'. Registered: deep, default, shallow, tiny; or pass the path of a "
            + "description, a .json file.",
        "{ \"network\": \"deeper\" }"
    )]
    [InlineData("none.json: the network description cannot be read: ", "{ \"network\": \"none.json\" }")]
    public void An_invalid_recipe_is_wrong_usage_and_starts_no_run(string message, string recipe)
    {
        LabResult result = Lab.Run(
            "train",
            folder.Write("bad.json", recipe),
            "--data",
            run.Csv,
            "--runs",
            folder["runs"]
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Empty(result.Out);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Theory]
    [InlineData("the recipe cannot be read: ", "train", "none.json", "--data", "x.csv")]
    [InlineData("there is no key 'epoch'.", "train", "--set", "epoch=3", "--data", "x.csv")]
    [InlineData(
        "'epochs' is not an override, expected key=value, such as epochs=10.",
        "train",
        "--set",
        "epochs",
        "--data",
        "x.csv"
    )]
    [InlineData("Unrecognized option '--epoch'", "train", "--epoch", "3")]
    [InlineData("x.csv does not exist; ", "train", "--data", "x.csv")]
    [InlineData(
        "--name is '../up', expected a folder name without a path. Give the folder of all runs with --runs DIR.",
        "train",
        "--data",
        "x.csv",
        "--name",
        "../up"
    )]
    [InlineData("--name is '', expected a folder name without a path.", "train", "--data", "x.csv", "--name", "")]
    [InlineData("'Somewhere' not recognized", "train", "--data", "x.csv", "--default-split", "Somewhere")]
    [InlineData("Cannot parse argument 'one' for option '--random-split' as", "data", "info", "--random-split", "one")]
    [InlineData("--threads is -1, expected 0 or more.", "resume", "first", "--threads", "-1")]
    [InlineData("There is no run 'second' in ", "resume", "second")]
    [InlineData("Existing runs: first.", "resume", "second")]
    [InlineData("There is no run '' in ", "resume", "")]
    [InlineData("There is no run 'second' in ", "export", "second")]
    [InlineData("There is no run 'second' in ", "card", "second", "--model", "x.onnx")]
    [InlineData("Required argument 'RUN' missing for command: 'export'.", "export")]
    [InlineData("Unrecognized command or argument '--random-split'.", "export", "first", "--random-split", "1")]
    [InlineData("There is no network 'deeper'.", "networks", "show", "deeper")]
    public void Wrong_arguments_end_with_2_and_say_what_was_expected(string message, params string[] args)
    {
        bool hasRuns = args[0] is "train" or "resume" or "export" or "card";
        LabResult result = Lab.Run([.. args, .. hasRuns ? (string[])["--runs", run.Runs] : []]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Empty(result.Out);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_data_the_error_explains_how_to_give_it()
    {
        string? before = Environment.GetEnvironmentVariable("MIEN_FER2013");
        Environment.SetEnvironmentVariable("MIEN_FER2013", null);
        try
        {
            LabResult none = Lab.Run("data", "info");
            Assert.Equal(ExitCodes.Usage, none.Code);
            Assert.Contains(
                "No data is given. Use --data PATH (fer2013.csv, fer2013.csv.gz, an archive or a folder), or "
                    + "set MIEN_FER2013.",
                none.Error,
                StringComparison.Ordinal
            );

            Environment.SetEnvironmentVariable("MIEN_FER2013", folder.Write("some.csv", MadeCsv.Of(1, 1)));
            Assert.StartsWith(
                "some.csv: 14 images of 48×48 pixels",
                Lab.Run("data", "info").Out,
                StringComparison.Ordinal
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable("MIEN_FER2013", before);
        }
    }

    [Theory]
    [InlineData("bad.csv, line 3: ", "emotion,pixels,Usage\n{row}9,1 2 3,PublicTest\n")]
    [InlineData(
        "bad.csv, line 1: the header is 'a,b', expected columns named emotion, pixels and Usage.",
        "a,b\n1,2\n"
    )]
    [InlineData("bad.csv is empty; ", "")]
    public void Unreadable_data_ends_with_1_and_the_error_names_file_line_and_value(string message, string csv)
    {
        string bad = folder.Write(
            "bad.csv",
            csv.Replace("{row}", MadeCsv.Row(Expression.Fear, 7, "Training"), StringComparison.Ordinal)
        );
        LabResult result = Lab.Run("train", run.Recipe, "--data", bad, "--runs", folder["runs"]);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Fact]
    public void Too_few_images_are_wrong_usage()
    {
        LabResult result = Lab.Run(
            "train",
            run.Recipe,
            "--data",
            folder.Write("few.csv", MadeCsv.Of(1, 1)),
            "--runs",
            folder["runs"]
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "few.csv: found 7 images in Training and 7 in PublicTest, expected at least one batch (56) and one image.",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_invalid_network_is_wrong_usage_and_a_program_error_is_not()
    {
        MienException? known = LabCommand.AsMien(new NetworkException("x"));

        Assert.Equal((ErrorKind.BadUsage, "badNetwork", "x"), (known?.Kind, known?.Code, known?.Message));
        Assert.Null(LabCommand.AsMien(new InvalidOperationException("x")));
    }

    [Theory]
    [InlineData("mien-lab train recipes/tiny.json --data fer2013.csv.gz --votes fer2013new.csv")]
    [InlineData("mien-lab train --network shallow --epochs 5 --data fer2013.csv", "train")]
    [InlineData("mien-lab resume deep", "resume")]
    [InlineData("mien-lab experiment status study", "experiment")]
    [InlineData("mien-lab experiment run experiments/study.json --retry-failed", "experiment", "run")]
    [InlineData("mien-lab experiment plan experiments/study.json", "experiment", "plan")]
    [InlineData("mien-lab experiment status study --json", "experiment", "status")]
    [InlineData("mien-lab experiment report study --output study.html --json study.json", "experiment", "report")]
    [InlineData("mien-lab networks bench shallow deep", "networks", "bench")]
    [InlineData("mien-lab recipe keys", "recipe")]
    [InlineData("mien-lab recipe keys --json", "recipe", "keys")]
    [InlineData("mien-lab export deep --half --output models/deep/deep.onnx", "export")]
    [InlineData("mien-lab card shallow --model models/shallow/shallow.onnx", "card")]
    [InlineData("mien-lab data info --data fer2013.csv.gz --sheet faces.png", "data")]
    [InlineData("mien-lab data info --data fer2013.csv --random-split 1 --json", "data", "info")]
    [InlineData("mien-lab networks show deep", "networks")]
    [InlineData("mien-lab networks show deep --json > mine.json", "networks", "show")]
    public void The_help_of_every_command_has_examples(string example, params string[] command)
    {
        LabResult help = Lab.Run([.. command, "--help"]);

        Assert.Equal(ExitCodes.Done, help.Code);
        Assert.Empty(help.Error);
        Assert.Contains(string.Join(' ', command.Prepend("mien-lab")), help.Out, StringComparison.Ordinal);
        Assert.Contains("Examples:\n", help.Out, StringComparison.Ordinal);
        Assert.Contains("  " + example, help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_recipe_key_is_an_option_with_its_meaning_and_default()
    {
        Command train = LabCommand.Create().Subcommands.Single(c => c.Name == "train");
        Check.All(
            RecipeKey.All,
            key =>
            {
                Option option = Assert.Single(train.Options, o => o.Name == key.Flag);
                Assert.StartsWith(key.Help, option.Description, StringComparison.Ordinal);
                Assert.Matches(@"^[A-Za-z].+\. \[.*default: .+\]$", option.Description);
                Assert.Equal(
                    key.Choices.Order(),
                    option.GetCompletions(CompletionContext.Empty).Select(c => c.Label).Order()
                );
            }
        );

        Assert.Equal(
            "Highest learning rate. [over 0 to 1000; default: 0.05]",
            train.Options.Single(o => o.Name == "--learning-rate").Description
        );
        Assert.Equal(
            "Optimizer; sgd has Nesterov momentum. [sgd, adam, adamW; default: sgd]",
            train.Options.Single(o => o.Name == "--optimizer").Description
        );
    }

    [Fact]
    public void The_help_of_train_lists_the_keys_under_the_sections_of_the_recipe()
    {
        string help = Lab.Run("train", "--help").Out;

        string[] sections = [.. RecipeKey.All.Select(k => k.Section).Distinct()];
        Assert.Equal(7, sections.Length);
        int at = help.IndexOf("\nOptions:\n", StringComparison.Ordinal);
        foreach (string section in sections)
        {
            RecipeKey first = RecipeKey.All.First(k => k.Section == section);
            int next = help.IndexOf($"\n\n{section} (recipe keys):\n  {first.Flag} ", StringComparison.Ordinal);
            Assert.True(next > at, $"'{section}' is missing or in the wrong place.");
            at = next;
        }

        Assert.True(help.IndexOf("\n\nHelp:\n  -?, -h, --help ", StringComparison.Ordinal) > at);
    }
}
