namespace Mien;

/// <summary>The trained models that are embedded in the library. Thread-safe.</summary>
public static class BuiltInModels
{
    private const string Prefix = "Mien.Models.";
    private const string Suffix = ".onnx";

    /// <summary>
    /// The models by accuracy on PublicTest, best first. Static initializers run in textual order, so this must precede
    /// <see cref="Default"/>.
    /// </summary>
    internal static readonly string[] Preferred = ["default", "deep", "tiny", "shallow"];

    /// <summary>
    /// The names of the embedded models in alphabetical order; empty if the library was built without <c>models/</c>.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BuiltInModels)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The name of the default model: the embedded one with the highest accuracy on PublicTest.</summary>
    public static string Default { get; } =
        Preferred.FirstOrDefault(n => Names.Contains(n, StringComparer.Ordinal)) ?? Preferred[0];

    /// <summary>Opens the ONNX file of a model.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>A stream that the caller must dispose.</returns>
    /// <exception cref="MienException"><c>unknownModel</c>: this build has no model of that name.</exception>
    public static Stream Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return typeof(BuiltInModels).Assembly.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new MienException(
                ErrorKind.BadUsage,
                "unknownModel",
                $"This build of Mien has no model '{name}'; {List()}. Use one of these names, or the path of an ONNX "
                    + $"file written by mien-lab export."
            );
    }

    /// <summary>Lists the names as a clause for messages.</summary>
    internal static string List() => Names.Count == 0 ? "it has no models" : $"it has {string.Join(", ", Names)}";
}
