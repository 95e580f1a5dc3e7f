using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Reads the values of an experiment file. Errors name the file, the key and the value.</summary>
internal sealed class ExperimentJson(string source)
{
    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    public string Source => source;

    /// <summary>A value as text, strings without quotes.</summary>
    public static string Show(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : node?.ToJsonString() ?? "null";

    /// <summary>Describes a value for messages.</summary>
    public static string Found(JsonNode? node) =>
        node switch
        {
            null => "nothing",
            JsonObject { Count: 0 } or JsonArray { Count: 0 } => node.ToJsonString(),
            JsonObject => "an object",
            JsonArray => "a list",
            _ => node.ToJsonString(),
        };

    /// <summary>Whether a number is written as a whole one: 10, but not 10.0.</summary>
    public static bool IsWhole(JsonNode? node) =>
        long.TryParse(node?.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    public TrainingException Wrong(string path, string what) =>
        new(ErrorKind.BadUsage, "badExperiment", $"{source}{(path.Length == 0 ? "" : ", " + path)}: {what}.");

    public JsonObject Parse(string text)
    {
        try
        {
            return Object(JsonNode.Parse(text, documentOptions: Options), "");
        }
        catch (JsonException e)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "badExperiment",
                $"{source}: not a valid experiment file: {e.Message} Expected JSON such as "
                    + $"{{ \"recipe\": \"my.json\", \"vary\": {{ \"learningRate\": [0.05, 0.1] }}, \"seeds\": [1, 2] "
                    + $"}}.",
                e
            );
        }
    }

    public JsonObject Object(JsonNode? node, string path) =>
        node as JsonObject ?? throw Wrong(path, $"found {Found(node)}, expected an object {{ … }}");

    public void OnlyKeys(JsonObject node, string path, string[] keys)
    {
        if (node.Select(p => p.Key).FirstOrDefault(k => !keys.Contains(k, StringComparer.Ordinal)) is { } unknown)
        {
            throw Wrong(path, $"unknown key '{unknown}', expected {string.Join(", ", keys)}");
        }
    }

    public string Text(JsonNode? node, string path) =>
        node is JsonValue value && value.TryGetValue(out string? text) && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw Wrong(path, $"found {Found(node)}, expected a string");

    public double Number(JsonNode? node, string path) =>
        node is JsonValue value
        && value.GetValueKind() == JsonValueKind.Number
        && value.TryGetValue(out double number)
        && double.IsFinite(number)
            ? number
            : throw Wrong(path, $"found {Found(node)}, expected a number");

    public int Whole(JsonNode? node, string path, int min, int max) =>
        node is JsonValue value
        && value.GetValueKind() == JsonValueKind.Number
        && value.TryGetValue(out int number)
        && number >= min
        && number <= max
            ? number
            : throw Wrong(path, $"found {Found(node)}, expected a whole number{Bounds(min, max)}");

    private static string Bounds(int min, int max) =>
        (min, max) switch
        {
            (int.MinValue, _) => "",
            (_, int.MaxValue) => string.Create(CultureInfo.InvariantCulture, $" from {min}"),
            _ => string.Create(CultureInfo.InvariantCulture, $" from {min} to {max:N0}"),
        };

    public int[] WholeNumbers(JsonNode? node, string path, int min) =>
        node is JsonArray { Count: > 0 } list
            ?
            [
                .. list.Select(
                    (n, i) => Whole(n, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), min, int.MaxValue)
                ),
            ]
            : throw Wrong(path, $"found {Found(node)}, expected a list of whole numbers, such as [1, 2]");

    public T OneOf<T>(JsonNode? node, string path)
        where T : struct, Enum
    {
        T[] known = Enum.GetValues<T>();
        int found =
            node is JsonValue value && value.TryGetValue(out string? text)
                ? Array.FindIndex(known, k => Camel(k) == text)
                : -1;
        return found >= 0
            ? known[found]
            : throw Wrong(
                path,
                $"found {Found(node)}, expected {string.Join(" or ", known.Select(k => $"\"{Camel(k)}\""))}"
            );

        static string Camel(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
    }
}
