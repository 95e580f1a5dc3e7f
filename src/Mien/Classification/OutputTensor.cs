namespace Mien;

/// <summary>One output of a model. Immutable.</summary>
/// <param name="name">The name of the output in the graph.</param>
/// <param name="sides">The shape without the batch dimension.</param>
internal sealed class OutputTensor(string name, params int[] sides)
{
    public string Name => name;

    /// <summary>The number of values per image.</summary>
    public int Values { get; } = checked(sides.Aggregate(1, (product, side) => checked(product * side)));

    public ReadOnlySpan<int> Sides => sides;
}
