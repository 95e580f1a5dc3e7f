namespace Mien.Data;

/// <summary>How a contact sheet is laid out. Immutable.</summary>
internal sealed record ContactSheetOptions
{
    /// <summary>The split whose images are shown; <c>null</c>: all.</summary>
    public DatasetSplit? Split { get; init; }

    /// <summary>Images a class, 1 to 100.</summary>
    public int Columns { get; init; } = 12;

    /// <summary>Picture pixels a pixel of an image, 1 to 16.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>Which images are drawn by lot: the same seed gives the same ones on every machine.</summary>
    public ulong Seed { get; init; }
}
