namespace Mien.CommandLine;

/// <summary>An axis of a chart. Immutable.</summary>
internal sealed record ChartAxis
{
    /// <summary>The quantity with its unit; <c>null</c> for no label.</summary>
    public string? Label { get; init; }

    /// <summary>The lower end; <c>null</c> uses the lowest value and a small margin.</summary>
    public double? From { get; init; }

    /// <summary>The upper end; <c>null</c> uses the highest value and a small margin.</summary>
    public double? To { get; init; }

    /// <summary>Whether only integers get a tick, as for epochs.</summary>
    public bool WholeNumbers { get; init; }

    /// <summary>The ticks and their texts; <c>null</c> uses round numbers.</summary>
    public IReadOnlyList<(double Value, string Text)>? Ticks { get; init; }
}
