using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Finds the network of a recipe or an experiment.</summary>
internal static class NetworkFiles
{
    /// <summary>The network with the heads that a recipe asks for.</summary>
    /// <exception cref="NetworkException">The network has other heads, or cannot have several.</exception>
    public static NetworkDescription WithHeads(NetworkDescription network, TrainingRecipe recipe) =>
        recipe.Heads.Count == 0 ? network : network.WithHeads(recipe.Heads);

    /// <summary>
    /// Finds a registered network, or reads a description file. A relative path is resolved in the given folders first,
    /// then in the current one.
    /// </summary>
    /// <exception cref="NetworkException">
    /// The name is neither a registered network nor a readable description file.
    /// </exception>
    public static NetworkDescription Resolve(string nameOrPath, params IEnumerable<string?> folders) =>
        IsRegistered(nameOrPath) ? RegisteredNetworks.Get(nameOrPath)
        : folders.OfType<string>().Select(f => Path.Combine(f, nameOrPath)).FirstOrDefault(File.Exists) is { } found
            ? NetworkDescription.Load(found)
        : RegisteredNetworks.Resolve(nameOrPath);

    public static bool IsRegistered(string name) => RegisteredNetworks.Names.Contains(name, StringComparer.Ordinal);
}
