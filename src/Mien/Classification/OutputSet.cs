using System.Collections.Concurrent;

namespace Mien;

/// <summary>
/// The outputs of a model that a run fetches, with a pool of the buffers for such runs. Thread-safe.
/// </summary>
/// <param name="tensors">The outputs, one or more.</param>
internal sealed class OutputSet(params OutputTensor[] tensors)
{
    public OutputTensor[] Tensors => tensors;

    public string[] Names { get; } = [.. tensors.Select(t => t.Name)];

    public ConcurrentBag<Workspace> Workspaces { get; } = [];
}
