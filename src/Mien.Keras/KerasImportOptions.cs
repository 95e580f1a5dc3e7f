namespace Mien.Keras;

/// <summary>Values of an import that the file may not contain. Immutable.</summary>
internal sealed record KerasImportOptions
{
    /// <summary>
    /// The network's name; <c>null</c> uses the file's name without its extension. The name inside the file is not
    /// used, because it is mostly <c>sequential_1</c> or <c>model_1</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The input's width in pixels, for a model that leaves it open; <c>null</c> uses the file's.</summary>
    public int? Width { get; init; }

    /// <summary>The input's height in pixels, for a model that leaves it open; <c>null</c> uses the file's.</summary>
    public int? Height { get; init; }
}
