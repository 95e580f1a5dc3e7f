using System.Reflection;

namespace Mien.Networks;

/// <summary>
/// The networks that ship with Mien, by name. Their descriptions are JSON files embedded in this assembly.
/// </summary>
internal static class RegisteredNetworks
{
    private const string Prefix = "Mien.Networks.";
    private const string Suffix = ".network.json";

    /// <summary>The names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(RegisteredNetworks)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns a registered network.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>Its description.</returns>
    /// <exception cref="NetworkException">There is no such network.</exception>
    public static NetworkDescription Get(string name)
    {
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name + Suffix);
        if (stream is null)
        {
            throw new NetworkException(
                $"There is no network '{name}'. Registered: {string.Join(", ", Names)}; or pass the path of a "
                    + $"description, a .json file."
            );
        }

        using var reader = new StreamReader(stream);
        return NetworkDescription.FromJson(reader.ReadToEnd(), name);
    }

    /// <summary>Returns a registered network by name, or reads a description from a file.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or the path of a <c>.json</c> file.</param>
    /// <returns>The description.</returns>
    /// <exception cref="NetworkException">Neither a registered name nor a readable description.</exception>
    public static NetworkDescription Resolve(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        return
            Names.Contains(nameOrPath, StringComparer.Ordinal)
            || !nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? Get(nameOrPath)
            : NetworkDescription.Load(nameOrPath);
    }
}
