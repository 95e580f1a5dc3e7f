using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Applies the <c>network.…</c> keys of an experiment to a network description. Layers have the names that
/// docs/networks.md describes, as they were before the first change; <c>*</c> matches any characters.
/// </summary>
internal sealed class NetworkEditor
{
    /// <summary>The prefix of the keys.</summary>
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
    /// Applies all changes: keys and replaced layers first, then widths, then removals, then repeats.
    /// </summary>
    /// <exception cref="TrainingException">No layer has the name in a key, or a value has the wrong type.</exception>
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

    // The same default names as in the graph builder.
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
                $"no layer has the name '{pattern}'; the layers are {string.Join(", ", layers.Select(l => l.Name))}"
            );
    }

    private static void Replace(JsonObject layer, JsonObject[] others)
    {
        if (layer.Parent is not JsonArray list)
        {
            return; // it was inside a block that has already been replaced
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
        // From the inside out, so that a copy of a block contains the repeated layers inside it.
        foreach (JsonObject layer in Enumerable.Reverse(found))
        {
            JsonObject[] copies = [.. Enumerable.Range(0, times).Select(_ => layer.DeepClone().AsObject())];
            for (int i = 0; i < times; i++)
            {
                if (i > 0)
                {
                    copies[i].Remove("inputs"); // a further copy takes its input from the copy before it
                }

                // The last copy keeps the name, since other layers refer to its output.
                if (i < times - 1 && layer["name"] is { } name)
                {
                    copies[i]["name"] = string.Create(CultureInfo.InvariantCulture, $"{(string)name!}_{i + 1}");
                }
            }

            Replace(layer, copies);
        }
    }

    /// <summary>
    /// Multiplies the filters and units of all layers except the last, whose units are the classes. Multiples of 8 are
    /// rounded to multiples of 8 again, unless the result is under 8.
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

    private double Number(string key, JsonNode? value, double min, double max, bool whole = false) =>
        value is JsonValue number
        && number.GetValueKind() == JsonValueKind.Number
        && number.TryGetValue(out double found)
        && found >= min
        && found <= max
        && (!whole || found == Math.Floor(found))
            ? found
            : throw Wrong(
                key,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"found {ExperimentJson.Found(value)}, expected a {(whole ? "whole " : "")}number "
                        + $"from {min} to {max}"
                )
            );

    private TrainingException Wrong(string key, string what) =>
        new(ErrorKind.BadUsage, "badExperiment", $"{where}, {key}: {what}.");
}
