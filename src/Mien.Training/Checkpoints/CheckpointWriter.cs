using System.Buffers.Binary;
using System.Text.Json;
using Mien.Networks;

namespace Mien.Training;

/// <summary>
/// Writes weights that do not come from a training of Mien as a checkpoint to start a training with. Does not need
/// libtorch. Thread-safe.
/// </summary>
internal static class CheckpointWriter
{
    /// <summary>
    /// Writes a file that <see cref="CheckpointReader"/> reads: the network, its weights, and the state of a training
    /// that has not begun.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced when the new one is complete.</param>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <exception cref="NetworkException">The weights belong to another network.</exception>
    public static void Write(string path, NetworkDescription network, NetworkWeights weights)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        NetworkGraph graph = NetworkGraph.Build(network);
        weights.Check(graph);
        IEnumerable<KeyValuePair<string, StoredTensor>> tensors = graph.Nodes.SelectMany(n =>
            n.Operator.Weights.Select(w => Stored($"{n.Name}.{w.Name}", w, weights))
        );
        SafeTensors.Write(path, tensors, Metadata(network, new TrainingState()));
    }

    /// <summary>The metadata of a file of weights.</summary>
    internal static Dictionary<string, string> Metadata(NetworkDescription network, TrainingState state) =>
        new()
        {
            ["format"] = "mien-weights-1",
            ["network"] = network.ToJson(),
            ["state"] = JsonSerializer.Serialize(state),
        };

    private static KeyValuePair<string, StoredTensor> Stored(string name, WeightShape shape, NetworkWeights weights)
    {
        float[] values = weights[name];
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return KeyValuePair.Create(
            CheckpointReader.Model + name,
            new StoredTensor("F32", [.. shape.Shape.Select(s => (long)s)], bytes)
        );
    }
}
