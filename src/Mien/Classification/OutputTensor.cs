using System.Collections.Concurrent;

namespace Mien;

/// <summary>One output of a model, with a pool of the buffers for its runs. Thread-safe.</summary>
/// <param name="name">The name of the output in the graph.</param>
/// <param name="values">Values per class and image: 1 for scores, rows × columns for maps.</param>
/// <param name="sides">The shape without the batch dimension.</param>
internal sealed class OutputTensor(string name, int values, params int[] sides)
{
    public string[] Names { get; } = [name];

    public int Values => values;

    public ReadOnlySpan<int> Sides => sides;

    public ConcurrentBag<Workspace> Workspaces { get; } = [];
}
