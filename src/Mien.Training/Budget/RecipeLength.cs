using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mien.Training;

/// <summary>
/// Changes the number of epochs of a recipe. All keys that are given in epochs keep their share of the training.
/// </summary>
internal static class RecipeLength
{
    private const string Epochs = "epochs";
    private const string EarlyStopping = "earlyStopping";

    /// <summary>Whether a key is a number of epochs, or epochs at which something begins.</summary>
    /// <param name="key">The key's name.</param>
    public static bool IsInEpochs(string key) =>
        key is Epochs or EarlyStopping || key.EndsWith("Epochs", StringComparison.Ordinal);

    /// <summary>Computes a recipe of another length.</summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="epochs">The number of epochs, 1 or more.</param>
    /// <returns>
    /// The recipe with that number of epochs. Whole numbers of epochs are rounded, and those over 0 stay at least 1. If
    /// there are fewer epochs than <c>sizes</c>, the first ones are left out.
    /// </returns>
    public static TrainingRecipe To(TrainingRecipe recipe, int epochs)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (epochs == recipe.Epochs)
        {
            return recipe; // without rounding anything
        }

        double factor = (double)epochs / recipe.Epochs;
        JsonObject json = JsonNode.Parse(RecipeFile.ToJson(recipe))!.AsObject();
        foreach (RecipeKey key in RecipeKey.All.Where(k => IsInEpochs(k.Name) && k.Name != Epochs))
        {
            JsonNode? value = json[key.Name];
            json[key.Name] = key.Type switch
            {
                "number" => Math.Min((double)value! * factor, epochs),
                "whole number" => Rounded((int)value!),
                _ => value?.DeepClone(), // sizeEpochs, below
            };
        }

        json[Epochs] = epochs;
        TrainingRecipe changed = json.Deserialize<TrainingRecipe>(RecipeFile.Options)!;
        (int[] sizes, int[] starts) = Phases();
        return changed with { Sizes = sizes, SizeEpochs = starts };

        int Rounded(int value) =>
            value == 0 ? 0 : Math.Clamp((int)Math.Round(value * factor, MidpointRounding.AwayFromZero), 1, epochs);

        (int[] Sizes, int[] Starts) Phases()
        {
            int[] begin = [.. recipe.SizeEpochs.Select(e => (int)Math.Round(e * factor))];
            for (int i = 1; i < begin.Length; i++)
            {
                begin[i] = Math.Max(begin[i], begin[i - 1] + 1);
            }

            for (int i = begin.Length - 1, end = epochs; i >= 0; i--)
            {
                begin[i] = Math.Min(begin[i], end - 1);
                end = begin[i];
            }

            int left = begin.Count(b => b < 0);
            int[] kept = [.. begin.Skip(left)];
            if (kept.Length > 0)
            {
                kept[0] = 0;
            }

            return ([.. recipe.Sizes.Skip(left)], kept);
        }
    }

    /// <summary>The side of the input in an epoch; 0: the network's own size.</summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    public static int SizeAt(TrainingRecipe recipe, int epoch)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        int phase = recipe.SizeEpochs.Count(e => e <= epoch);
        return phase == 0 ? 0 : recipe.Sizes[phase - 1];
    }
}
