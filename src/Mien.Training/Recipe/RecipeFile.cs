using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>Reads, checks and writes <see cref="TrainingRecipe"/>s.</summary>
internal static class RecipeFile
{
    /// <summary>The JSON options of recipes and their values.</summary>
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a recipe from a file and applies overrides.</summary>
    /// <param name="path">A recipe file; <c>null</c> uses the defaults.</param>
    /// <param name="overrides">Overrides of the form <c>key=value</c>; the value is JSON or a bare word.</param>
    /// <returns>A checked recipe.</returns>
    /// <exception cref="TrainingException">
    /// The file cannot be read, a key is unknown, or a value is out of range.
    /// </exception>
    public static TrainingRecipe Load(string? path, IEnumerable<string>? overrides = null)
    {
        string json;
        try
        {
            json = path is null ? "{}" : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "recipeNotFound",
                $"{path}: the recipe cannot be read: {e.Message}",
                e
            );
        }

        return Parse(json, path ?? "the recipe", overrides);
    }

    /// <summary>Reads a recipe from JSON text and applies overrides.</summary>
    /// <param name="json">JSON; comments and trailing commas are allowed.</param>
    /// <param name="source">The file that the text comes from, for messages.</param>
    /// <param name="overrides">Overrides of the form <c>key=value</c>; the value is JSON or a bare word.</param>
    /// <returns>A checked recipe.</returns>
    /// <exception cref="TrainingException">
    /// The text is not a recipe, a key is unknown, or a value is out of range.
    /// </exception>
    public static TrainingRecipe Parse(string json, string source, IEnumerable<string>? overrides = null)
    {
        try
        {
            var documentOptions = new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                AllowDuplicateProperties = false,
            };
            JsonObject root =
                JsonNode.Parse(json, documentOptions: documentOptions) as JsonObject
                ?? throw new JsonException("expected an object { … } of keys and values.");
            foreach (string text in overrides ?? [])
            {
                int equals = text.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1)
                {
                    throw new TrainingException(
                        ErrorKind.BadUsage,
                        "badRecipe",
                        $"'{text}' is not an override, expected key=value, such as epochs=10."
                    );
                }

                root[text[..equals].Trim()] = Value(text[(equals + 1)..].Trim());
            }

            foreach ((string name, JsonNode? value) in root)
            {
                RecipeKey key =
                    RecipeKey.Find(name)
                    ?? throw new TrainingException(
                        ErrorKind.BadUsage,
                        "badRecipe",
                        $"{source}: there is no key '{name}'. Known keys: {string.Join(", ", RecipeKey.Names)}."
                    );
                key.Check(value, source);
            }

            TrainingRecipe recipe = root.Deserialize<TrainingRecipe>(Options)!;
            RecipeRules.Check(recipe, source);
            return recipe;
        }
        catch (JsonException e)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "badRecipe",
                $"{source}: not a recipe: {e.Message} Expected flat JSON such as "
                    + $"{{ \"network\": \"shallow\", \"epochs\": 30 }}.",
                e
            );
        }
    }

    /// <summary>Writes a recipe as JSON with every key.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Indented JSON that <see cref="Parse"/> reads.</returns>
    public static string ToJson(TrainingRecipe recipe) => JsonSerializer.Serialize(recipe, Options);

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
