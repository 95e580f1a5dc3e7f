using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>One combination of what varies, ready to be trained.</summary>
/// <param name="Name">A readable name that a folder can have.</param>
/// <param name="Values">The level of each factor.</param>
/// <param name="Recipe">The recipe, but for the seed.</param>
/// <param name="Graph">The network.</param>
internal sealed record Setting(
    string Name,
    IReadOnlyDictionary<string, string> Values,
    TrainingRecipe Recipe,
    NetworkGraph Graph
);
