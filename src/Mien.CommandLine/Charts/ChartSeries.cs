using SkiaSharp;

namespace Mien.CommandLine;

/// <summary>A series of a chart. Immutable.</summary>
/// <param name="Name">Its text in the legend; <c>null</c> for no entry.</param>
/// <param name="Points">The points in the order in which they are connected; a non-finite point leaves a gap.</param>
internal sealed record ChartSeries(string? Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>
    /// The default colours of the series, in order: the palette of Okabe and Ito without yellow, which people with any
    /// colour vision can distinguish. Further series repeat the colours with dashed lines.
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

    /// <summary>The colour; <c>null</c> uses the one of <see cref="Palette"/> at the series' index.</summary>
    public SKColor? Color { get; init; }

    /// <summary>Whether the points are connected by a line.</summary>
    public bool Line { get; init; } = true;

    /// <summary>The marker at each point.</summary>
    public ChartMarker Marker { get; init; }
}

/// <summary>The marker at each point of a series.</summary>
internal enum ChartMarker
{
    /// <summary>None, except a dot at a point without a neighbour to connect to.</summary>
    None,

    /// <summary>A dot.</summary>
    Dot,

    /// <summary>A large dot for single points.</summary>
    LargeDot,

    /// <summary>A ring around a point of another series.</summary>
    Ring,
}
