using SkiaSharp;

namespace Mien.CommandLine;

/// <summary>A line of a chart. Immutable.</summary>
/// <param name="Name">Its text in the legend; <c>null</c>: it has no entry.</param>
/// <param name="Points">In the order in which they are joined; one that is not finite leaves a gap.</param>
internal sealed record ChartSeries(string? Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>
    /// The colours of series that name none, in their order: the palette of Okabe and Ito without its yellow, told
    /// apart by people with any colour vision. Further series repeat it, dashed.
    /// </summary>
    public static readonly IReadOnlyList<SKColor> Palette =
    [
        new(0x00, 0x72, 0xB2),
        new(0xD5, 0x5E, 0x00),
        new(0x00, 0x9E, 0x73),
        new(0xCC, 0x79, 0xA7),
        new(0xE6, 0x9F, 0x00),
        new(0x56, 0xB4, 0xE9),
        new(0x33, 0x33, 0x33),
    ];

    /// <summary>The colour; <c>null</c>: the next of <see cref="Palette"/>.</summary>
    public SKColor? Color { get; init; }

    /// <summary>Whether the points are joined.</summary>
    public bool Line { get; init; } = true;

    /// <summary>What stands at each point.</summary>
    public ChartMarker Marker { get; init; }
}

/// <summary>What stands at each point of a series.</summary>
internal enum ChartMarker
{
    /// <summary>Nothing, but a dot where a point has no neighbour to be joined with.</summary>
    None,

    /// <summary>A dot.</summary>
    Dot,

    /// <summary>A large dot, for single points.</summary>
    LargeDot,

    /// <summary>A ring, around a point of another series.</summary>
    Ring,
}
