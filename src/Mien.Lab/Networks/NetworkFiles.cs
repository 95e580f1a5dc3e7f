using Mien.Networks;

namespace Mien.Lab;

/// <summary>Finds the network that a recipe or an experiment names.</summary>
internal static class NetworkFiles
{
    /// <summary>
    /// A registered network, or a description file: a relative path is looked for in the given folders, then in the
    /// current one.
    /// </summary>
    /// <exception cref="NetworkException">Neither a registered name nor a readable description.</exception>
    public static NetworkDescription Resolve(string nameOrPath, params IEnumerable<string?> folders) =>
        IsRegistered(nameOrPath) ? RegisteredNetworks.Get(nameOrPath)
        : folders.OfType<string>().Select(f => Path.Combine(f, nameOrPath)).FirstOrDefault(File.Exists) is { } found
            ? NetworkDescription.Load(found)
        : RegisteredNetworks.Resolve(nameOrPath);

    public static bool IsRegistered(string name) => RegisteredNetworks.Names.Contains(name, StringComparer.Ordinal);
}
