using System.Globalization;
using Mien.Networks;

namespace Mien.Keras;

/// <summary>Collects the layers and weights of a description and assigns unique names. Single use.</summary>
internal sealed class NetworkAssembler
{
    private readonly List<LayerDescription> layers = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal) { TensorValue.ImageLayer };

    public NetworkWeights Weights { get; } = new();

    public IReadOnlyList<LayerDescription> Layers => layers;

    /// <summary>Adds a layer.</summary>
    /// <param name="layer">The layer, without name and inputs.</param>
    /// <param name="name">The preferred name; characters that are not allowed become underscores.</param>
    /// <param name="input">The inputs of the layer.</param>
    /// <returns>The assigned name.</returns>
    public string Add(LayerDescription layer, string name, params IReadOnlyList<TensorValue> input)
    {
        string before = layers.Count == 0 ? TensorValue.ImageLayer : layers[^1].Name!;
        bool follows = input.Count == 1 && input[0].Layer == before;
        string unique = Unique(name);
        layers.Add(layer with { Name = unique, Inputs = follows ? null : [.. input.Select(f => f.Layer)] });
        return unique;
    }

    private string Unique(string wanted)
    {
        string plain = string.Concat(wanted.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        string name = plain.Length == 0 ? "layer" : plain;
        for (int number = 2; !names.Add(name); number++)
        {
            name = plain + "_" + number.ToString(CultureInfo.InvariantCulture);
        }

        return name;
    }
}
