using System.Globalization;
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

        if (recipe.TeacherShare > 0 && string.IsNullOrWhiteSpace(recipe.Teacher?.Replace(',', ' ')))
        {
            throw Wrong(
                source,
                "'teacherShare' needs a 'teacher', expected the name of a built-in model or an ONNX file, or several, "
                    + "separated by commas."
            );
        }

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

    private static TrainingException Wrong(string source, string what) =>
        new(ErrorKind.BadUsage, "badRecipe", $"{source}: {what}");
}
