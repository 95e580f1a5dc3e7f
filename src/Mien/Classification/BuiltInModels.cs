namespace Mien;

/// <summary>The trained models inside this library. Thread-safe.</summary>
public static class BuiltInModels
{
    private const string Prefix = "Mien.Models.";
    private const string Suffix = ".onnx";

    /// <summary>By accuracy on PublicTest, the best first; declared before the properties that read it.</summary>
    internal static readonly string[] Preferred = ["default", "tiny", "deep", "shallow"];

    /// <summary>
    /// The names of the models in this build, in alphabetical order; empty in a build made without <c>models/</c>.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BuiltInModels)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The name of the model that is used where none is named: the best one that this build holds.</summary>
    public static string Default { get; } =
        Preferred.FirstOrDefault(n => Names.Contains(n, StringComparer.Ordinal)) ?? Preferred[0];

    /// <summary>Opens a model's ONNX file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>A stream that the caller disposes of.</returns>
    /// <exception cref="MienException"><c>unknownModel</c>: this build holds no model of that name.</exception>
    public static Stream Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return typeof(BuiltInModels).Assembly.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new MienException(
                ErrorKind.BadUsage,
                "unknownModel",
                $"This build of Mien holds no model '{name}'; {List()}. Name one of these, or the path of an "
                    + $"ONNX file that mien-lab export wrote."
            );
    }

    /// <summary>The names as a clause for messages.</summary>
    internal static string List() =>
        Names.Count == 0 ? "it holds no models at all" : $"it holds {string.Join(", ", Names)}";
}
