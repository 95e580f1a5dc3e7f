using Mien.Networks;

namespace Mien.Lab;

/// <summary>Finds the network of a recipe or an experiment.</summary>
internal static class NetworkFiles
{
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
