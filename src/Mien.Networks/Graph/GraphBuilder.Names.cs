using System.Globalization;

namespace Mien.Networks;

/// <content>Names of layers, references to them, and messages.</content>
internal sealed partial class GraphBuilder
{
    private const string ImageName = "input";
    private readonly Dictionary<string, int> outputs = new(StringComparer.Ordinal) { [ImageName] = -1 };
    private readonly Dictionary<string, int> counters = new(StringComparer.Ordinal);

    // Prefixes of the blocks around the current layer, the innermost first.
    private readonly Stack<string> scopes = new();

    private string NameOf(LayerDescription layer, string prefix)
    {
        string name;
        if (layer.Name is { } given)
        {
            name = prefix + given;
            if (given.Length == 0 || !given.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                throw Wrong(given, "has a name with characters other than A–Z, a–z, digits and underscores");
            }

            if (given == ImageName)
            {
                throw Wrong(given, "has the name of the image; choose another");
            }
        }
        else
        {
            string stem = prefix + LayerTypes.NameOf(layer);
            do
            {
                counters[stem] = counters.GetValueOrDefault(stem) + 1;
                name = stem + counters[stem].ToString(CultureInfo.InvariantCulture);
            } while (outputs.ContainsKey(name));
        }

        return outputs.ContainsKey(name)
            ? throw Wrong(name, "has the same name (given, or by default) as an earlier layer; rename one of them")
            : name;
    }

    private int[] InputsOf(LayerDescription layer, string name, int previous)
    {
        if (layer.Inputs is null)
        {
            return [previous];
        }

        if (layer.Inputs.Count == 0)
        {
            throw Wrong(name, "has an empty list of inputs; omit it to take the layer before");
        }

        return layer.Inputs.Count == 1 || layer is AddLayer or ConcatLayer or ChannelScaleLayer
            ? [.. layer.Inputs.Select(i => Find(i, name))]
            : throw Wrong(
                name,
                $"has {layer.Inputs.Count} inputs; only add, concat and channelScale take more than one"
            );
    }

    private int Find(string? wanted, string name)
    {
        foreach (string scope in scopes)
        {
            if (outputs.TryGetValue(scope + wanted, out int node))
            {
                return node;
            }
        }

        string known = string.Join(", ", outputs.Keys.TakeLast(8));
        throw Wrong(
            name,
            wanted is not null && Names(description.Layers).Contains(wanted)
                ? $"takes '{wanted}', which comes after it; a layer can take only earlier layers"
                : $"takes '{wanted}', but no earlier layer has that name; the nearest are {known}"
        );
    }

    private static IEnumerable<string?> Names(IEnumerable<LayerDescription?>? layers) =>
        (layers ?? [])
            .Where(l => l is not null)
            .SelectMany(l =>
                l is ResidualLayer r
                    ? [r.Name, .. Names(r.Body), .. Names(r.Shortcut)]
                    : (IEnumerable<string?>)[l!.Name]
            );

    private NetworkException Wrong(string what) => new($"Network '{description.Name}' {what}.");

    private NetworkException Wrong(string layer, string what) =>
        new($"Network '{description.Name}', layer '{layer}': it {what}.", layer);
}
