namespace Mien.Data;

/// <summary>The layout of a contact sheet. Immutable.</summary>
internal sealed record ContactSheetOptions
{
    /// <summary>The split whose images are shown; <c>null</c> shows all.</summary>
    public DatasetSplit? Split { get; init; }

    /// <summary>The number of images per class, 1 to 100.</summary>
    public int Columns { get; init; } = 12;

    /// <summary>The magnification: sheet pixels per image pixel, 1 to 16.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>The seed of the random sample; the same seed selects the same images on every machine.</summary>
    public ulong Seed { get; init; }
}
