using System.Globalization;
using Mien.Data;
using Mien.Networks;

namespace Mien.Training;

/// <summary>The rules that involve several keys; those of a single key are in its <see cref="KeyAttribute"/>.</summary>
internal static class RecipeRules
{
    /// <summary>Checks a recipe whose values are individually in range.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="source">The file that it comes from, for messages.</param>
    /// <exception cref="TrainingException"><c>badRecipe</c>.</exception>
    public static void Check(TrainingRecipe recipe, string source)
    {
        if (string.IsNullOrWhiteSpace(recipe.Network))
        {
            throw Wrong(source, "'network' is empty, expected a registered network's name or a file.");
        }

        if (recipe.WarmupEpochs > recipe.Epochs)
        {
            string found = recipe.WarmupEpochs.ToString(CultureInfo.InvariantCulture);
            throw Wrong(source, $"'warmupEpochs' is {found}, expected 0 to {recipe.Epochs}.");
        }

        if (recipe.Schedule == ScheduleKind.Trapezoid && recipe.DecayEpochs > recipe.Epochs)
        {
            throw Wrong(source, $"'decayEpochs' is {recipe.DecayEpochs}, expected 1 to {recipe.Epochs}.");
        }

        if (recipe.SwaEpochs > recipe.Epochs)
        {
            throw Wrong(source, $"'swaEpochs' is {recipe.SwaEpochs}, expected 0 to {recipe.Epochs}.");
        }

        if (recipe.SwaEpochs > 0 && recipe.Ema > 0)
        {
            throw Wrong(
                source,
                "'swaEpochs' and 'ema' are both set, but only one average can be evaluated and exported. Set one to 0."
            );
        }

        if (recipe.TeacherShare > 0 && string.IsNullOrWhiteSpace(recipe.Teacher?.Replace(',', ' ')))
        {
            throw Wrong(
                source,
                "'teacherShare' needs a 'teacher', expected the name of a built-in model or an ONNX file, or several, "
                    + "separated by commas."
            );
        }

        if (recipe.TeacherCopies > 0 && recipe.TeacherInput != TeacherInputKind.Augmented)
        {
            throw Wrong(
                source,
                $"'teacherCopies' is {recipe.TeacherCopies}, but the teacher sees the plain image. Set 'teacherInput' "
                    + $"to augmented, or 'teacherCopies' to 0."
            );
        }

        CheckFolds(recipe, source);
        CheckHeads(recipe, source);
        if (
            recipe.Sizes is null
            || recipe.SizeEpochs is null
            || recipe.Sizes.Count != recipe.SizeEpochs.Count
            || recipe.Sizes.Any(s => s < 8)
            || (recipe.SizeEpochs.Count > 0 && recipe.SizeEpochs[0] != 0)
            || recipe.SizeEpochs.Zip(recipe.SizeEpochs.Skip(1)).Any(p => p.First >= p.Second)
            || recipe.SizeEpochs.Any(e => e >= recipe.Epochs)
        )
        {
            throw Wrong(
                source,
                $"'sizes' and 'sizeEpochs' must be lists of equal length with sides of 8 pixels or more and epochs "
                    + $"that start at 0, increase and are below {recipe.Epochs}; "
                    + $"found [{string.Join(", ", recipe.Sizes ?? [])}] "
                    + $"and [{string.Join(", ", recipe.SizeEpochs ?? [])}]. For a constant size, set both to []."
            );
        }
    }

    /// <summary>
    /// Checks that progressive resizing ends at the network's own input size, which is the one that is kept.
    /// </summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="graph">Its network.</param>
    /// <param name="source">The file that the recipe comes from, for messages.</param>
    /// <exception cref="TrainingException"><c>badRecipe</c>.</exception>
    public static void CheckSizes(TrainingRecipe recipe, NetworkGraph graph, string source)
    {
        if (
            recipe.Sizes.Count > 0
            && (recipe.Sizes[^1] != graph.Input.Height || graph.Input.Height != graph.Input.Width)
        )
        {
            string square = graph.Input.Height == graph.Input.Width ? "" : ", which is not square: remove 'sizes'";
            throw Wrong(
                source,
                $"the last of 'sizes' is {recipe.Sizes[^1]}, expected the network's own "
                    + $"input size, {graph.Input.Height}×{graph.Input.Width}{square}."
            );
        }
    }

    /// <summary>Checks that the heads of a network are label sets, and that each has its share of the loss.</summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="graph">Its network.</param>
    /// <param name="source">The file that the recipe comes from, for messages.</param>
    /// <returns>The share of each head; one share of 1 for a network with one head.</returns>
    /// <exception cref="TrainingException"><c>badRecipe</c>.</exception>
    public static double[] HeadShares(TrainingRecipe recipe, NetworkGraph graph, string source)
    {
        IReadOnlyList<string> heads = graph.Heads;
        if (heads.Any(h => !LabelSets.Names.Contains(h)) || heads.Distinct().Count() < heads.Count)
        {
            throw Wrong(
                source,
                $"the network '{graph.Description.Name}' has the heads {string.Join(", ", heads)}, expected "
                    + $"label sets: {string.Join(", ", LabelSets.Names)}."
            );
        }

        int count = Math.Max(1, heads.Count);
        return recipe.HeadShares.Count switch
        {
            0 => [.. Enumerable.Repeat(1.0 / count, count)],
            var n when n == heads.Count => [.. recipe.HeadShares],
            var n => throw Wrong(
                source,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'headShares' has {n} shares, but the network '{graph.Description.Name}' has {count} "
                        + $"{(count == 1 ? "head" : "heads")}. Give one share per head, or []."
                )
            ),
        };
    }

    private static void CheckFolds(TrainingRecipe recipe, string source)
    {
        if (recipe.Folds == 1)
        {
            throw Wrong(source, "'folds' is 1, expected 2 or more, or 0 to train on all images.");
        }

        if (recipe.Fold > Math.Max(1, recipe.Folds))
        {
            throw Wrong(
                source,
                recipe.Folds == 0
                    ? $"'fold' is {recipe.Fold}, but 'folds' is 0. Set 'folds' to the number of folds."
                    : $"'fold' is {recipe.Fold}, expected 1 to {recipe.Folds}, the number of 'folds'."
            );
        }
    }

    private static void CheckHeads(TrainingRecipe recipe, string source)
    {
        if (
            recipe.Heads is null
            || recipe.Heads.Count == 1
            || recipe.Heads.Any(h => !LabelSets.Names.Contains(h))
            || recipe.Heads.Distinct().Count() < recipe.Heads.Count
        )
        {
            throw Wrong(
                source,
                $"'heads' is [{string.Join(", ", recipe.Heads ?? [])}], expected [] or different label sets, two or "
                    + $"more of {string.Join(", ", LabelSets.Names)}."
            );
        }

        if (
            recipe.HeadShares is null
            || recipe.HeadShares.Any(s => !(s is > 0 and < 1))
            || (recipe.HeadShares.Count > 0 && Math.Abs(recipe.HeadShares.Sum() - 1) > 1e-6)
            || (
                recipe.Heads.Count > 0
                && recipe.HeadShares.Count is not 0
                && recipe.HeadShares.Count != recipe.Heads.Count
            )
        )
        {
            IEnumerable<string> shares = (recipe.HeadShares ?? []).Select(s =>
                s.ToString(CultureInfo.InvariantCulture)
            );
            throw Wrong(
                source,
                $"'headShares' is [{string.Join(", ", shares)}], expected [], or one number between 0 and 1 "
                    + $"for each head, with the sum 1."
            );
        }
    }

    private static TrainingException Wrong(string source, string what) =>
        new(ErrorKind.BadUsage, "badRecipe", $"{source}: {what}");
}
