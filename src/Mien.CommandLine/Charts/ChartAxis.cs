namespace Mien.CommandLine;

/// <summary>An axis of a chart. Immutable.</summary>
internal sealed record ChartAxis
{
    /// <summary>What it shows, with the unit; <c>null</c>: no label.</summary>
    public string? Label { get; init; }

    /// <summary>Where it begins; <c>null</c>: a little before the lowest value.</summary>
    public double? From { get; init; }

    /// <summary>Where it ends; <c>null</c>: a little after the highest value.</summary>
    public double? To { get; init; }

    /// <summary>Whether only whole numbers get a tick, as with epochs.</summary>
    public bool WholeNumbers { get; init; }

    /// <summary>Ticks with their texts; <c>null</c>: round numbers.</summary>
    public IReadOnlyList<(double Value, string Text)>? Ticks { get; init; }
}
