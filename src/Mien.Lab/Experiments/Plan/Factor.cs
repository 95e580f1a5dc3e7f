namespace Mien.Lab;

/// <summary>A factor: a recipe key, a network key or a group of them that varies.</summary>
/// <param name="Name">The key under <c>vary</c> in the experiment file.</param>
/// <param name="Levels">The values; empty for a range.</param>
/// <param name="Range">The range that a random search draws from; <c>null</c> for a list of values.</param>
internal sealed record Factor(string Name, IReadOnlyList<FactorLevel> Levels, ValueRange? Range);
