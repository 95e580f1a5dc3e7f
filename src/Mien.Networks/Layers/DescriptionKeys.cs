using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Mien.Networks;

/// <summary>
/// Checks the keys and values of a description in JSON before it is deserialised, so that an error names the layer,
/// what was found and what is allowed, and not .NET types.
/// </summary>
internal sealed class DescriptionKeys(string source)
{
    private const string Discriminator = "type";

    /// <summary>Throws for the first invalid key or value.</summary>
    public void Check(JsonElement root) => CheckObject(root, typeof(NetworkDescription), "", null);

    private void CheckObject(JsonElement element, Type type, string path, string? layer)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            string expected =
                path.Length == 0
                    ? """a network description, { "name": …, "input": …, "layers": … }"""
                    : "an object, { … }";
            throw Wrong(path, layer, $"found {Found(element)}, expected {expected}");
        }

        // The base class's keys (name and inputs) come last in messages, because they matter least.
        List<PropertyInfo> keys =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.CanWrite)
                .OrderBy(p => p.DeclaringType == typeof(LayerDescription)),
        ];
        foreach (JsonProperty property in element.EnumerateObject())
        {
            PropertyInfo? key = keys.Find(k => Camel(k.Name) == property.Name);
            if (key is not null)
            {
                CheckValue(
                    property.Value,
                    key.PropertyType,
                    path.Length == 0 ? property.Name : $"{path}.{property.Name}",
                    layer
                );
            }
            else if (layer is null || property.Name != Discriminator)
            {
                throw Wrong(
                    path,
                    layer,
                    $"unknown key '{property.Name}', expected {string.Join(", ", keys.Select(k => Camel(k.Name)))}"
                );
            }
        }

        PropertyInfo? missing = keys.Find(k => IsRequired(k, type) && !element.TryGetProperty(Camel(k.Name), out _));
        if (missing is not null)
        {
            throw Wrong(path, layer, $"the key '{Camel(missing.Name)}' is missing");
        }
    }

    private void CheckValue(JsonElement value, Type declared, string path, string? layer)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (value.ValueKind == JsonValueKind.Null)
        {
            // The graph builder checks for missing values, because it also gets descriptions that are not from JSON.
            if (declared == type && type.IsValueType)
            {
                throw Wrong(path, layer, "found null, expected a value");
            }
        }
        else if (type == typeof(IReadOnlyList<LayerDescription>) || type == typeof(IReadOnlyList<string>))
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                throw Wrong(path, layer, $"found {Found(value)}, expected a list, [ … ]");
            }

            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                string itemPath = $"{path}[{index++}]";
                if (type == typeof(IReadOnlyList<string>))
                {
                    CheckValue(item, typeof(string), itemPath, layer);
                }
                else if (item.ValueKind != JsonValueKind.Null)
                {
                    CheckLayer(item, itemPath);
                }
            }
        }
        else if (type == typeof(InputDescription))
        {
            CheckObject(value, type, path, layer);
        }
        else
        {
            CheckScalar(value, type, path, layer);
        }
    }

    private void CheckLayer(JsonElement item, string path)
    {
        string types = string.Join(", ", LayerTypes.All.Select(t => t.Key));
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(Discriminator, out JsonElement name))
        {
            throw Wrong(path, null, $"found {Found(item)}, expected a layer with a \"type\": {types}");
        }

        Type type =
            (name.ValueKind == JsonValueKind.String ? LayerTypes.Find(name.GetString()!) : null)
            ?? throw Wrong(path, null, $"unknown layer type {Found(name)}, expected {types}");
        CheckObject(
            item,
            type,
            path,
            item.TryGetProperty("name", out JsonElement given) && given.ValueKind == JsonValueKind.String
                ? $"{name.GetString()} '{given.GetString()}'"
                : name.GetString()
        );
    }

    private void CheckScalar(JsonElement value, Type type, string path, string? layer)
    {
        (bool fits, string expected) = type switch
        {
            _ when type == typeof(int) => (
                value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
                "a whole number"
            ),
            _ when type == typeof(double) => (value.ValueKind == JsonValueKind.Number, "a number"),
            _ when type == typeof(bool) => (
                value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "true or false"
            ),
            _ when type == typeof(string) => (value.ValueKind == JsonValueKind.String, "a string"),
            { IsEnum: true } => (
                value.ValueKind == JsonValueKind.String && Enum.GetNames(type).Any(n => Camel(n) == value.GetString()),
                string.Join(" or ", Enum.GetNames(type).Select(n => $"\"{Camel(n)}\""))
            ),
            _ => throw new InvalidOperationException($"There is no check for keys of type {type}."),
        };
        if (!fits)
        {
            throw Wrong(path, layer, $"found {Found(value)}, expected {expected}");
        }
    }

    // A record's constructor parameters without a default are required too.
    private static bool IsRequired(PropertyInfo key, Type type) =>
        key.IsDefined(typeof(RequiredMemberAttribute))
        || type.GetConstructors().Any(c => c.GetParameters().Any(p => p.Name == key.Name && !p.HasDefaultValue));

    private static string Found(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            _ => element.GetRawText(),
        };

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private NetworkException Wrong(string path, string? layer, string what)
    {
        string place =
            path.Length == 0 ? source
            : layer is null ? $"{source}, {path}"
            : $"{source}, {path} ({layer})";
        return new NetworkException($"{place}: {what}. docs/networks.md lists all layers and their keys.");
    }
}
