using System.Collections.Concurrent;

namespace Mien;

/// <summary>One output of a model, with a pool of the buffers for its runs. Thread-safe.</summary>
/// <param name="name">The name of the output in the graph.</param>
/// <param name="sides">The shape without the batch dimension.</param>
internal sealed class OutputTensor(string name, params int[] sides)
{
    public string[] Names { get; } = [name];

    /// <summary>The number of values per image.</summary>
    public int Values { get; } = sides.Aggregate(1, (product, side) => product * side);

    public ReadOnlySpan<int> Sides => sides;

    public ConcurrentBag<Workspace> Workspaces { get; } = [];
}
