namespace Mien.Lab;

/// <summary>One thing that varies.</summary>
/// <param name="Name">Its key under <c>vary</c>.</param>
/// <param name="Levels">The values that it takes; empty for a range.</param>
/// <param name="Range">The range that a random search draws from, or <c>null</c>.</param>
internal sealed record Factor(string Name, IReadOnlyList<FactorLevel> Levels, ValueRange? Range);
