using Mien.Networks;

namespace Mien.Training;

/// <summary>
/// Where each tensor of a network is in two flat buffers, one of the trained values and one of the batch statistics.
/// The trained tensors to which weight decay applies come first.
/// </summary>
internal sealed class WeightLayout
{
    /// <summary>
    /// Every tensor begins at a multiple of 64 bytes, as libtorch allocates them. The gaps are zero and remain zero.
    /// </summary>
    private const int Alignment = 64 / sizeof(float);

    private readonly Dictionary<string, (long Offset, long[] Size)> trained = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Offset, long[] Size)> statistics = new(StringComparer.Ordinal);

    /// <summary>Lays out the tensors of a network.</summary>
    /// <param name="graph">The network.</param>
    public WeightLayout(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (string Name, WeightShape Shape)[] all =
        [
            .. graph.Nodes.SelectMany(n => n.Operator.Weights.Select(w => ($"{n.Name}.{w.Name}", w))),
        ];

        // Biases and the scales and shifts of batch norms are vectors and do not decay; filters and matrices do.
        Decayed = Place(all.Where(w => w.Shape.Trainable && w.Shape.Shape.Count > 1), 0, trained);
        Trained = Place(all.Where(w => w.Shape.Trainable && w.Shape.Shape.Count <= 1), Decayed, trained);
        Statistics = Place(all.Where(w => !w.Shape.Trainable), 0, statistics);
    }

    /// <summary>The number of values, from the first on, to which weight decay applies.</summary>
    public long Decayed { get; }

    /// <summary>The number of trained values, with the gaps between tensors.</summary>
    public long Trained { get; }

    /// <summary>The number of batch statistics, with the gaps.</summary>
    public long Statistics { get; }

    /// <summary>The offset and size of a trained tensor in its buffer.</summary>
    public (long Offset, long[] Size) OfTrained(string name) => trained[name];

    /// <summary>The offset and size of a batch statistic in its buffer.</summary>
    public (long Offset, long[] Size) OfStatistic(string name) => statistics[name];

    private static long Place(
        IEnumerable<(string Name, WeightShape Shape)> tensors,
        long offset,
        Dictionary<string, (long Offset, long[] Size)> places
    )
    {
        foreach ((string name, WeightShape shape) in tensors)
        {
            places[name] = (offset, [.. shape.Shape.Select(s => (long)s)]);
            offset += (shape.Elements + Alignment - 1) / Alignment * Alignment;
        }

        return offset;
    }
}
