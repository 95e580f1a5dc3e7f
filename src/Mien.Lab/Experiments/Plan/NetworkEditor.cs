using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Changes a network's description as <c>network.…</c> keys of an experiment say. Layers are called by the names that
/// docs/networks.md gives them, all as they were before the first change; <c>*</c> stands for any letters.
/// </summary>
internal sealed class NetworkEditor
{
    /// <summary>What the keys begin with.</summary>
    public const string Prefix = "network.";

    private const int MaxRepeats = 64;

    private readonly JsonObject network;
    private readonly string where;

    // In the order of the description, a block before what is inside it.
    private readonly List<(string Name, JsonObject Layer)> layers = [];
    private readonly Dictionary<string, int> counters = new(StringComparer.Ordinal);

    /// <summary>Edits a description in place.</summary>
    /// <param name="network">A description that <c>NetworkDescription.FromJson</c> reads.</param>
    /// <param name="where">File and configuration, for messages.</param>
    public NetworkEditor(JsonObject network, string where)
    {
        this.network = network;
        this.where = where;
        List(network["layers"], "");
    }

    /// <summary>
    /// Makes all changes: first keys and layers that are replaced, then widths, then removals, then repeats.
    /// </summary>
    /// <exception cref="TrainingException">A key names no layer, or its value is of another kind.</exception>
    public void Apply(IEnumerable<KeyValuePair<string, JsonNode?>> changes)
    {
        foreach ((string key, JsonNode? value) in changes.OrderBy(c => Phase(c.Key, c.Value)))
        {
            string path = key[Prefix.Length..];
            int dot = path.LastIndexOf('.');
            (string name, string? part) = dot < 0 ? (path, null) : (path[..dot], path[(dot + 1)..]);
            switch (name, part)
            {
                case ("width", null):
                    Widen(Number(key, value, 0.01, 100));
                    break;
                case ("input", "size"):
                    network["input"]!["width"] = value?.DeepClone();
                    network["input"]!["height"] = value?.DeepClone();
                    break;
                case ("input", not null):
                    network["input"]![part] = value?.DeepClone();
                    break;
                case (_, "repeat"):
                    Repeat(Matches(key, name), (int)Number(key, value, 0, MaxRepeats, whole: true));
                    break;
                case (_, null):
                    Replace(key, Matches(key, name), value);
                    break;
                default:
                    foreach (JsonObject layer in Matches(key, name))
                    {
                        layer[part] = value?.DeepClone();
                    }

                    break;
            }
        }
    }

    private static int Phase(string key, JsonNode? value) =>
        key == Prefix + "width" ? 1
        : key.EndsWith(".repeat", StringComparison.Ordinal) ? 3
        : value is null ? 2
        : 0;

    private void List(JsonNode? list, string prefix)
    {
        foreach (JsonObject layer in (list as JsonArray ?? []).OfType<JsonObject>())
        {
            string name = NameOf(layer, prefix);
            layers.Add((name, layer));
            List(layer["body"], name + "_");
            List(layer["shortcut"], name + "_shortcut_");
        }
    }

    // As the graph's builder names them.
    private string NameOf(JsonObject layer, string prefix)
    {
        if (layer["name"] is { } given)
        {
            return prefix + (string)given!;
        }

        string stem = prefix + (string)layer["type"]!,
            name;
        do
        {
            counters[stem] = counters.GetValueOrDefault(stem) + 1;
            name = stem + counters[stem].ToString(CultureInfo.InvariantCulture);
        } while (layers.Exists(l => l.Name == name));
        return name;
    }

    private List<JsonObject> Matches(string key, string pattern)
    {
        List<JsonObject> found =
        [
            .. layers
                .Where(l =>
                    System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, l.Name, ignoreCase: false)
                )
                .Select(l => l.Layer),
        ];
        return found.Count > 0
            ? found
            : throw Wrong(
                key,
                $"no layer is called '{pattern}'; there are {string.Join(", ", layers.Select(l => l.Name))}"
            );
    }

    private static void Replace(JsonObject layer, JsonObject[] others)
    {
        if (layer.Parent is not JsonArray list)
        {
            return; // a block around it is gone already
        }

        int index = list.IndexOf(layer);
        list.RemoveAt(index);
        for (int i = 0; i < others.Length; i++)
        {
            list.Insert(index + i, others[i]);
        }
    }

    private void Replace(string key, List<JsonObject> found, JsonNode? value)
    {
        if (value is not null and not JsonObject)
        {
            throw Wrong(
                key,
                $"found {ExperimentJson.Found(value)}, expected null, which removes the layer, another layer "
                    + $"{{ \"type\": … }}, or a key after the name: {key}.filters"
            );
        }

        foreach (JsonObject layer in Enumerable.Reverse(found))
        {
            JsonObject? other = value?.DeepClone().AsObject();
            if (other is not null && layer["name"] is { } name && other["name"] is null)
            {
                other["name"] = name.DeepClone();
            }

            Replace(layer, other is null ? [] : [other]);
            if (other is not null)
            {
                layers[layers.FindIndex(l => ReferenceEquals(l.Layer, layer))] = (
                    layers.First(l => ReferenceEquals(l.Layer, layer)).Name,
                    other
                );
            }
        }
    }

    private static void Repeat(List<JsonObject> found, int times)
    {
        // From the inside out: a copy of a block holds what was repeated in it.
        foreach (JsonObject layer in Enumerable.Reverse(found))
        {
            JsonObject[] copies = [.. Enumerable.Range(0, times).Select(_ => layer.DeepClone().AsObject())];
            for (int i = 0; i < times; i++)
            {
                if (i > 0)
                {
                    copies[i].Remove("inputs"); // it takes the copy before
                }

                // The last keeps the name, since it is the one whose output others take.
                if (i < times - 1 && layer["name"] is { } name)
                {
                    copies[i]["name"] = string.Create(CultureInfo.InvariantCulture, $"{(string)name!}_{i + 1}");
                }
            }

            Replace(layer, copies);
        }
    }

    /// <summary>
    /// Multiplies the filters and units of all layers but the last, which gives the classes. Multiples of 8 stay such,
    /// from 8 on.
    /// </summary>
    private void Widen(double factor)
    {
        JsonObject last = layers.Last(l => ReferenceEquals(l.Layer.Parent, network["layers"])).Layer;
        foreach (
            JsonObject layer in layers
                .Select(l => l.Layer)
                .Where(l => l.Parent is not null && !ReferenceEquals(l, last))
        )
        {
            foreach (string key in (string[])["filters", "units"])
            {
                if (layer[key] is JsonValue value && value.TryGetValue(out int size))
                {
                    double wanted = size * factor;
                    layer[key] =
                        size % 8 == 0 && wanted >= 8
                            ? 8 * (int)Math.Round(wanted / 8)
                            : Math.Max(1, (int)Math.Round(wanted));
                }
            }
        }
    }

    private double Number(string key, JsonNode? value, double least, double most, bool whole = false) =>
        value is JsonValue number
        && number.GetValueKind() == JsonValueKind.Number
        && number.TryGetValue(out double found)
        && found >= least
        && found <= most
        && (!whole || found == Math.Floor(found))
            ? found
            : throw Wrong(
                key,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"found {ExperimentJson.Found(value)}, expected a {(whole ? "whole " : "")}number "
                        + $"from {least} to {most}"
                )
            );

    private TrainingException Wrong(string key, string what) =>
        new(ErrorKind.BadUsage, "badExperiment", $"{where}, {key}: {what}.");
}
