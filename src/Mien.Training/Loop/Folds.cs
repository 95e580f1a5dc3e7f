using Mien.Data;

namespace Mien.Training;

/// <summary>
/// K-fold training: Training is divided into folds, and a recipe leaves one of them out. Identical images share a fold,
/// and each class is spread evenly over the folds. The folds depend only on the images, their number and the seed.
/// </summary>
internal static class Folds
{
    /// <summary>The images that a recipe trains on: Training without the fold that is left out.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">The data with all splits.</param>
    /// <returns>A new data set.</returns>
    public static FaceDataset Trained(TrainingRecipe recipe, FaceDataset data) => Part(recipe, data, leftOut: false);

    /// <summary>The images of Training that a recipe leaves out; none without folds.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">The data with all splits.</param>
    /// <returns>A new data set.</returns>
    public static FaceDataset LeftOut(TrainingRecipe recipe, FaceDataset data) => Part(recipe, data, leftOut: true);

    /// <summary>Divides images into folds.</summary>
    /// <param name="images">The images.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The fold of each image, counted from 1.</returns>
    public static int[] Of(FaceDataset images, int folds, int seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        int[] first = IdenticalImages.FirstOf(images);
        int[] groups = [.. Enumerable.Range(0, first.Length).Where(i => first[i] == i)];
        int[] shuffled =
        [
            .. SeededRandom.For(seed, RandomPurpose.Folds, 0).Permutation(groups.Length).Select(i => groups[i]),
        ];
        int[] fold = new int[images.Count];
        int next = 0;
        // Ordered by class and then dealt out, so that the folds differ by at most one group, in each class too.
        foreach (int group in shuffled.OrderBy(i => images.Labels[i]))
        {
            fold[group] = (next++ % folds) + 1;
        }

        for (int i = 0; i < fold.Length; i++)
        {
            fold[i] = fold[first[i]];
        }

        return fold;
    }

    private static FaceDataset Part(TrainingRecipe recipe, FaceDataset data, bool leftOut)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        FaceDataset train = data.Only(DatasetSplit.Training);
        if (recipe.Folds == 0)
        {
            return leftOut ? train.Select([]) : train;
        }

        int[] fold = Of(train, recipe.Folds, recipe.Seed);
        return train.Select([.. Enumerable.Range(0, fold.Length).Where(i => (fold[i] == recipe.Fold) == leftOut)]);
    }
}
