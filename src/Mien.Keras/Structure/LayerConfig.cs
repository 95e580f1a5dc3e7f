using System.Globalization;
using System.Text.Json;

namespace Mien.Keras;

/// <summary>
/// Reads values of one layer's configuration; a missing or invalid value is an error that names the layer.
/// </summary>
internal sealed class LayerConfig(KerasLayer layer, string source)
{
    public string Describe => $"layer '{layer.Name}' ({layer.ClassName})";

    public bool Has(string key) => TryGet(key, out _);

    public int Whole(string key) =>
        TryGet(key, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out int number)
        && number > 0
            ? number
            : throw Bad(key, "a whole number greater than 0");

    public double Number(string key, double standard)
    {
        if (!TryGet(key, out JsonElement value))
        {
            return standard;
        }

        // Early Keras 2 wrote NumPy scalars as objects.
        value =
            value.ValueKind == JsonValueKind.Object && value.TryGetProperty("value", out JsonElement inner)
                ? inner
                : value;
        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Bad(key, "a number");
    }

    public bool Flag(string key, bool standard) =>
        !TryGet(key, out JsonElement value)
            ? standard
            : value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw Bad(key, "true or false"),
            };

    public string? Text(string key) =>
        TryGet(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public JsonElement? Json(string key) => TryGet(key, out JsonElement value) ? value : null;

    /// <summary>Reads rows and columns: one number for both, or a list of two.</summary>
    public (int Rows, int Columns) Pair(string key, (int Rows, int Columns)? standard)
    {
        if (!TryGet(key, out JsonElement value) && standard is { } known)
        {
            return known;
        }

        (int, int)? pair = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out int side) => (side, side),
            JsonValueKind.Array
                when value.GetArrayLength() == 2
                    && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number) => (
                value[0].GetInt32(),
                value[1].GetInt32()
            ),
            _ => null,
        };
        return pair is (> 0, > 0) ? pair.Value : throw Bad(key, "one or two whole numbers greater than 0");
    }

    /// <summary>Reads whole numbers: one, or a list.</summary>
    public IReadOnlyList<int>? Numbers(string key) =>
        !TryGet(key, out JsonElement value)
            ? null
            : value.ValueKind switch
            {
                JsonValueKind.Number => [value.GetInt32()],
                JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number) =>
                [
                    .. value.EnumerateArray().Select(v => v.GetInt32()),
                ],
                _ => throw Bad(key, "whole numbers"),
            };

    public KerasException Unsupported(string what) =>
        new(ErrorKind.BadInput, "unsupportedLayer", $"{source}: {Describe} {what}.", layer.Name);

    public KerasException Bad(string key, string expected)
    {
        string found = TryGet(key, out JsonElement value) ? value.GetRawText() : "nothing";
        return new KerasException(
            ErrorKind.BadInput,
            "badStructure",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{source}: {Describe} has {found} as '{key}', expected {expected}."
            ),
            layer.Name
        );
    }

    private bool TryGet(string key, out JsonElement value)
    {
        value = default;
        bool found =
            layer.Config.ValueKind == JsonValueKind.Object
            && layer.Config.TryGetProperty(key, out value)
            && value.ValueKind != JsonValueKind.Null;

        // TensorFlow's encoder writes tuples as objects.
        if (
            found
            && value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("class_name", out JsonElement kind)
            && kind.ValueEquals("__tuple__")
        )
        {
            value = value.GetProperty("items");
        }

        return found;
    }
}
