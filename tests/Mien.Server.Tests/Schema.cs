using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>
/// Validates a response against a schema of the OpenAPI document: types, required fields, and no undocumented fields.
/// </summary>
internal static class Schema
{
    public static void Check(JsonElement value, JsonElement schema, JsonElement schemas, string path = "$")
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            Check(value, schemas.GetProperty(reference.GetString()!.Split('/')[^1]), schemas, path);
            return;
        }

        string[] types =
        [
            .. schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
                ? several.EnumerateArray().Select(t => t.GetString()!)
                : [schema.GetProperty("type").GetString()!],
        ];
        if (value.ValueKind == JsonValueKind.Null && types.Contains("null"))
        {
            return;
        }

        string type = types[0];
        bool fits = type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            _ => false,
        };
        Assert.True(fits, $"{path} is {value.ValueKind}, documented as {type}.");
        if (schema.TryGetProperty("enum", out JsonElement allowed))
        {
            Assert.Contains(value.GetString(), allowed.EnumerateArray().Select(a => a.GetString()));
        }

        if (type == "array")
        {
            int i = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(item, schema.GetProperty("items"), schemas, $"{path}[{i++}]");
            }
        }
        else if (type == "object" && schema.TryGetProperty("additionalProperties", out JsonElement additional))
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                Check(property.Value, additional, schemas, $"{path}.{property.Name}");
            }
        }
        else if (type == "object" && schema.TryGetProperty("properties", out JsonElement properties))
        {
            foreach (JsonElement required in schema.GetProperty("required").EnumerateArray())
            {
                Assert.True(value.TryGetProperty(required.GetString()!, out _), $"{path} lacks {required}.");
            }

            foreach (JsonProperty property in value.EnumerateObject())
            {
                Assert.True(
                    properties.TryGetProperty(property.Name, out JsonElement described),
                    $"{path}.{property.Name} is not documented."
                );
                Check(property.Value, described, schemas, $"{path}.{property.Name}");
            }
        }
    }
}
