using System.Collections.Concurrent;

namespace Mien;

/// <summary>One output of a model, and the buffers of runs that ask for it. Thread-safe.</summary>
/// <param name="name">Its name in the graph.</param>
/// <param name="values">Values a class and image; 1 for scores, rows × columns for maps.</param>
/// <param name="sides">Its shape but for the number of images.</param>
internal sealed class OutputTensor(string name, int values, params int[] sides)
{
    public string[] Names { get; } = [name];

    public int Values => values;

    public ReadOnlySpan<int> Sides => sides;

    public ConcurrentBag<Workspace> Workspaces { get; } = [];
}
