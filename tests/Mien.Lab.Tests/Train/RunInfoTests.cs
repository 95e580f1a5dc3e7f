using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>How a run describes its training data.</summary>
public sealed class RunInfoTests
{
    private const string Images = "fer.csv, split Training (100 images)";

    private static readonly RunInfo Run = new()
    {
        Data = "/data/fer.csv",
        Votes = "/data/votes.csv",
        TrainingImages = 100,
    };

    [Theory]
    [InlineData(0, null, Images)]
    [InlineData(0.5, null, Images + ", targets from labels and FER+ votes")]
    [InlineData(
        0.5,
        "big (SHA-256 1…)",
        Images + ", targets from labels and FER+ votes, knowledge distillation from big (SHA-256 1…)"
    )]
    public void Votes_are_mentioned_only_if_the_recipe_uses_them(double voteShare, string? teacher, string expected) =>
        Assert.Equal(
            expected,
            (Run with { Teacher = teacher }).TrainingData(new TrainingRecipe { VoteShare = (float)voteShare })
        );

    [Fact]
    public void A_run_file_with_the_names_of_earlier_versions_is_read_and_written_with_the_present_ones()
    {
        using var folder = new TempFolder();
        string json = (Run with { ValidationImages = 42 }).ToJson();
        string old = json.Replace("\"validationImages\"", "\"devImages\"", StringComparison.Ordinal);
        Assert.NotEqual(json, old);

        RunInfo read = RunInfo.Load(folder.Write("run.json", old));
        Assert.Equal(42, read.ValidationImages);
        Assert.Equal(json, read.ToJson());
    }

    [Fact]
    public void A_second_training_describes_the_data_of_both()
    {
        string first = Run.TrainingData(new TrainingRecipe { VoteShare = 0.5f });
        RunInfo second = Run with { From = "/runs/a/best.safetensors", Before = first, Teacher = "big" };
        Assert.Equal(
            first + "; then the same images, targets from labels, knowledge distillation from big",
            second.TrainingData(new TrainingRecipe())
        );
        Assert.Equal(
            first
                + "; then more.csv, split Training (7 images), targets from labels and FER+ votes, knowledge "
                + "distillation from big",
            (second with { Data = "more.csv", TrainingImages = 7 }).TrainingData(
                new TrainingRecipe { VoteShare = 0.1f }
            )
        );
        Assert.Equal(
            Images + ", initialised with the weights of best.safetensors",
            (Run with { From = "/runs/a/best.safetensors" }).TrainingData(new TrainingRecipe())
        );
    }

    [Fact]
    public void The_data_of_a_checkpoint_is_read_from_its_run_folder()
    {
        using var folder = new TempFolder();
        var run = new RunFolder(folder["run"]);
        Directory.CreateDirectory(run.Path);
        Assert.Null(RunInfo.TrainingDataOf(run.Best));
        File.WriteAllText(run.Run, Run.ToJson());
        File.WriteAllText(run.Recipe, RecipeFile.ToJson(new TrainingRecipe { VoteShare = 0.5f }));
        Assert.Equal(Images + ", targets from labels and FER+ votes", RunInfo.TrainingDataOf(run.Best));
    }

    [Fact]
    public void The_contract_and_the_card_of_the_deep_network_describe_the_data_of_both_trainings()
    {
        string folder = Path.Combine(Repository.Root, "models", "deep");
        using ExpressionClassifier deep = ExpressionClassifier.Load("deep");
        Assert.Equal(
            RunInfo
                .Load(Path.Combine(folder, "run.json"))
                .TrainingData(RecipeFile.Load(Path.Combine(folder, "recipe.json"))),
            RunInfo.CurrentWording(deep.Contract.TrainingData!)
        );
        Assert.Contains(
            $"- Data: {RunInfo.CurrentWording(deep.Contract.TrainingData!)}.",
            File.ReadAllText(Path.Combine(folder, "README.md")),
            StringComparison.Ordinal
        );
    }
}
