namespace Mien.Training.Tests;

public class RecipeLengthTests
{
    private static readonly TrainingRecipe Recipe = new()
    {
        Network = "test",
        Epochs = 40,
        WarmupEpochs = 1.5,
        DecayEpochs = 10,
        StepEpochs = 8,
        VoteEpochs = 18,
        PlainEpochs = 0,
        EarlyStopping = 5,
        Sizes = [24, 32, 48],
        SizeEpochs = [0, 20, 30],
    };

    [Fact]
    public void Keys_in_epochs_keep_their_share_and_others_stay()
    {
        TrainingRecipe longer = RecipeLength.To(Recipe, 100);
        Assert.Equal(
            RecipeFile.ToJson(
                Recipe with
                {
                    Epochs = 100,
                    WarmupEpochs = 3.75,
                    DecayEpochs = 25,
                    StepEpochs = 20,
                    VoteEpochs = 45,
                    EarlyStopping = 13,
                    SizeEpochs = [0, 50, 75],
                }
            ),
            RecipeFile.ToJson(longer)
        );
        Assert.Same(Recipe, RecipeLength.To(Recipe, 40));
    }

    [Theory]
    [InlineData(8, new[] { 24, 32, 48 }, new[] { 0, 4, 6 })]
    [InlineData(3, new[] { 24, 32, 48 }, new[] { 0, 1, 2 })]
    [InlineData(2, new[] { 32, 48 }, new[] { 0, 1 })]
    [InlineData(1, new[] { 48 }, new[] { 0 })]
    public void Short_trainings_leave_out_the_first_sizes_and_are_valid(int epochs, int[] sizes, int[] starts)
    {
        TrainingRecipe shorter = RecipeLength.To(Recipe, epochs);
        Assert.Equal(sizes, shorter.Sizes);
        Assert.Equal(starts, shorter.SizeEpochs);
        Assert.True(shorter.DecayEpochs >= 1 && shorter.StepEpochs >= 1 && shorter.EarlyStopping >= 1);
        Assert.Equal(0, shorter.PlainEpochs);
        RecipeRules.Check(shorter, "shorter");
        RecipeFile.Parse(RecipeFile.ToJson(shorter), "shorter");
    }

    [Fact]
    public void Every_length_of_every_shipped_recipe_is_a_valid_recipe()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "recipes"), "*.json"))
        {
            TrainingRecipe recipe = RecipeFile.Load(file);
            for (int epochs = 1; epochs < 200; epochs += epochs < 20 ? 1 : 17)
            {
                RecipeFile.Parse(RecipeFile.ToJson(RecipeLength.To(recipe, epochs)), $"{file}, {epochs} epochs");
            }
        }
    }

    [Fact]
    public void All_keys_in_epochs_are_known_by_their_name()
    {
        string[] expected =
        [
            "epochs",
            "warmupEpochs",
            "decayEpochs",
            "stepEpochs",
            "voteEpochs",
            "plainEpochs",
            "sizeEpochs",
            "earlyStopping",
        ];
        Assert.Empty(expected.Except(RecipeKey.Names.Where(RecipeLength.IsInEpochs)));
        Assert.DoesNotContain(RecipeKey.Names, k => k is "hours" or "sizes" && RecipeLength.IsInEpochs(k));
    }
}
