namespace Mien.Keras;

/// <summary>What an import cannot find in the file. Immutable.</summary>
internal sealed record KerasImportOptions
{
    /// <summary>
    /// The network's name; <c>null</c>: the file's name without its extension. Not the name inside the file, which is
    /// mostly <c>sequential_1</c> or <c>model_1</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The input's width in pixels, for a model that leaves it open; <c>null</c>: as the file says.</summary>
    public int? Width { get; init; }

    /// <summary>The input's height in pixels, for a model that leaves it open; <c>null</c>: as the file says.</summary>
    public int? Height { get; init; }
}
