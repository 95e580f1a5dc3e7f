using Mien.Data;

namespace Mien.Training.Tests;

public class FoldsTests
{
    [Fact]
    public void Each_image_of_Training_is_left_out_once_and_classes_are_spread_evenly()
    {
        FaceDataset data = Made.Data(70, 14);
        var seen = new List<string>();
        for (int fold = 1; fold <= 5; fold++)
        {
            var recipe = new TrainingRecipe { Folds = 5, Fold = fold };
            FaceDataset trained = Folds.Trained(recipe, data),
                leftOut = Folds.LeftOut(recipe, data);
            Assert.Equal((56, 14), (trained.Count, leftOut.Count));
            Assert.Equal(
                Enumerable.Repeat(2, 7),
                Enumerable.Range(0, 7).Select(c => leftOut.Labels.Count(l => l == c))
            );
            Assert.Empty(Sources(trained).Intersect(Sources(leftOut)));
            seen.AddRange(Sources(leftOut));
        }

        Assert.Equal(Enumerable.Range(0, 70).Select(i => $"made:{i}").Order(), seen.Order());
        var whole = new TrainingRecipe();
        Assert.Equal((70, 0), (Folds.Trained(whole, data).Count, Folds.LeftOut(whole, data).Count));

        static string[] Sources(FaceDataset images) => [.. Enumerable.Range(0, images.Count).Select(images.Source)];
    }

    [Fact]
    public void Identical_images_share_a_fold_and_the_seed_decides()
    {
        FaceDataset once = Made.Data(40, 0);
        FaceDataset data = once.Select([.. Enumerable.Range(0, 40), .. Enumerable.Range(0, 40)]);
        int[] fold = Folds.Of(data, 4, 3);
        Assert.Equal(fold[..40], fold[40..]);
        Assert.Equal([1, 2, 3, 4], fold.Distinct().Order());
        Check.All(fold.GroupBy(f => f), g => Assert.Equal(20, g.Count()));
        Assert.Equal(fold, Folds.Of(data, 4, 3));
        Assert.NotEqual(fold, Folds.Of(data, 4, 4));
    }

    [Theory]
    [InlineData("folds=1", "'folds' is 1, expected 2 or more, or 0 to train on all images.")]
    [InlineData("fold=2", "'fold' is 2, but 'folds' is 0. Set 'folds' to the number of folds.")]
    [InlineData("folds=5 fold=6", "'fold' is 6, expected 1 to 5, the number of 'folds'.")]
    [InlineData(
        "teacherCopies=8",
        "'teacherCopies' is 8, but the teacher sees the plain image. Set 'teacherInput' to augmented, or "
            + "'teacherCopies' to 0."
    )]
    public void Keys_that_contradict_each_other_are_rejected(string overrides, string expected)
    {
        var error = Assert.Throws<TrainingException>(() => RecipeFile.Parse("{}", "my.json", overrides.Split(' ')));
        Assert.Equal(("badRecipe", "my.json: " + expected), (error.Code, error.Message));
    }

    [Fact]
    public void A_training_sees_only_its_folds()
    {
        using var folder = new TempFolder();
        FaceDataset data = Made.Data(40, 14);
        TrainingRecipe recipe = Made.Bare with { Folds = 5, Fold = 2 };
        using var trainer = new Trainer(recipe, Made.Graph(), data, folder.Run("fold"));
        using var direct = new Trainer(
            Made.Bare,
            Made.Graph(),
            Only(Folds.Trained(recipe, data), data.Only(DatasetSplit.PublicTest)),
            folder.Run("direct")
        );
        Assert.Equal(direct.Run().History[0].TrainLoss, trainer.Run().History[0].TrainLoss);
        Assert.Equal(4, trainer.State.Step);

        static FaceDataset Only(FaceDataset training, FaceDataset validation) =>
            new(
                "made",
                training.Width,
                training.Height,
                [.. training.Pixels, .. validation.Pixels],
                [.. training.Labels, .. validation.Labels],
                [.. training.Splits, .. validation.Splits]
            );
    }
}
