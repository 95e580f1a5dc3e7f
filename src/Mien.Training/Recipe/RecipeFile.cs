using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>Reads, checks and writes <see cref="TrainingRecipe"/>s.</summary>
internal static class RecipeFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static readonly PropertyInfo[] Properties =
    [
        .. typeof(TrainingRecipe).GetProperties().Where(p => p.CanWrite),
    ];

    /// <summary>The keys that a recipe may have, in the order in which they are written.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [.. Properties.Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    /// <summary>Reads a recipe from a file and overrides keys.</summary>
    /// <param name="path">A recipe file, or <c>null</c> for the defaults.</param>
    /// <param name="overrides">Texts of the form <c>key=value</c>; the value is JSON or a bare word.</param>
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
            throw new TrainingException("recipeNotFound", $"{path}: the recipe cannot be read: {e.Message}", e);
        }

        return Parse(json, path ?? "the recipe", overrides);
    }

    /// <summary>Reads a recipe from JSON text and overrides keys.</summary>
    /// <param name="json">JSON; comments and trailing commas are allowed.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <param name="overrides">Texts of the form <c>key=value</c>; the value is JSON or a bare word.</param>
    /// <returns>A checked recipe.</returns>
    /// <exception cref="TrainingException">
    /// The text is no recipe, a key is unknown, or a value is out of range.
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
                        "badRecipe",
                        $"'{text}' sets nothing: expected key=value, such as epochs=10."
                    );
                }

                root[text[..equals].Trim()] = Value(text[(equals + 1)..].Trim());
            }

            foreach (string key in root.Select(p => p.Key))
            {
                if (!Keys.Contains(key, StringComparer.Ordinal))
                {
                    throw new TrainingException(
                        "badRecipe",
                        $"{source}: there is no key '{key}'. Known keys: {string.Join(", ", Keys)}."
                    );
                }
            }

            foreach (PropertyInfo property in Properties)
            {
                CheckKind(root, property, source);
            }

            TrainingRecipe recipe = root.Deserialize<TrainingRecipe>(Options)!;
            return Check(recipe, source);
        }
        catch (JsonException e)
        {
            throw new TrainingException(
                "badRecipe",
                $"{source}: not a recipe: {e.Message} Expected flat JSON such as "
                    + $"{{ \"network\": \"shallow\", \"epochs\": 30 }}.",
                e
            );
        }
    }

    /// <summary>A recipe as JSON with every key.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Indented JSON that <see cref="Parse"/> reads back.</returns>
    public static string ToJson(TrainingRecipe recipe) => JsonSerializer.Serialize(recipe, Options);

    /// <summary>Throws where a value is of another kind than its key takes, in words for people.</summary>
    private static void CheckKind(JsonObject root, PropertyInfo property, string source)
    {
        string key = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        if (!root.TryGetPropertyValue(key, out JsonNode? value))
        {
            return;
        }

        try
        {
            JsonSerializer.Deserialize(value, property.PropertyType, Options);
        }
        catch (JsonException e)
        {
            string expected = property.PropertyType switch
            {
                { IsEnum: true } kind => string.Join(
                    ", ",
                    Enum.GetNames(kind).Select(JsonNamingPolicy.CamelCase.ConvertName)
                ),
                { } kind when kind == typeof(int) => "a whole number",
                { } kind when kind == typeof(double) => "a number",
                { } kind when kind == typeof(string) => "a text",
                _ => "a list of whole numbers, such as [32, 48]",
            };
            throw new TrainingException(
                "badRecipe",
                $"{source}: '{key}' is {value?.ToJsonString(Options) ?? "null"}, expected {expected}.",
                e
            );
        }
    }

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

    private static TrainingRecipe Check(TrainingRecipe r, string source)
    {
        AtLeast("epochs", r.Epochs, 1);
        AtLeast("batchSize", r.BatchSize, 2);
        AtLeast("threads", r.Threads, 0);
        AtLeast("stepEpochs", r.StepEpochs, 1);
        AtLeast("plainEpochs", r.PlainEpochs, 0);
        AtLeast("voteEpochs", r.VoteEpochs, 0);
        AtLeast("earlyStopping", r.EarlyStopping, 0);
        Between("decayEpochs", r.DecayEpochs, 1, r.Schedule == ScheduleKind.Trapezoid ? r.Epochs : int.MaxValue);
        Between("learningRate", r.LearningRate, double.Epsilon, 1000);
        Between("momentum", r.Momentum, 0, 0.9999);
        Between("beta1", r.Beta1, 0, 0.9999);
        Between("beta2", r.Beta2, 0, 0.999999);
        Between("weightDecay", r.WeightDecay, 0, 1);
        Between("warmupEpochs", r.WarmupEpochs, 0, r.Epochs);
        Between("finalLearningRateShare", r.FinalLearningRateShare, 0, 1);
        Between("oneCycleRise", r.OneCycleRise, 0.01, 0.99);
        Between("stepFactor", r.StepFactor, 1e-6, 1);
        Between("labelSmoothing", r.LabelSmoothing, 0, 0.9);
        Between("voteShare", r.VoteShare, 0, 1);
        Between("teacherShare", r.TeacherShare, 0, 1);
        Between("flip", r.Flip, 0, 1);
        Between("shift", r.Shift, 0, 0.5);
        Between("rotation", r.Rotation, 0, 180);
        Between("scale", r.Scale, 0, 0.9);
        Between("crop", r.Crop, 0.1, 1);
        Between("brightness", r.Brightness, 0, 1);
        Between("contrast", r.Contrast, 0, 1);
        Between("erasing", r.Erasing, 0, 1);
        Between("erasingArea", r.ErasingArea, 0.02, 1);
        Between("mixup", r.Mixup, 0, 10);
        Between("ema", r.Ema, 0, 0.99999);
        Between("clipNorm", r.ClipNorm, 0, 1e6);
        if (
            r.Sizes is null
            || r.SizeEpochs is null
            || r.Sizes.Count != r.SizeEpochs.Count
            || r.Sizes.Any(s => s < 8)
            || (r.SizeEpochs.Count > 0 && r.SizeEpochs[0] != 0)
            || r.SizeEpochs.Zip(r.SizeEpochs.Skip(1)).Any(p => p.First >= p.Second)
            || r.SizeEpochs.Any(e => e >= r.Epochs)
        )
        {
            throw new TrainingException(
                "badRecipe",
                $"{source}: 'sizes' and 'sizeEpochs' must be lists of one length, sides of 8 pixels or more, "
                    + $"epochs that start at 0, rise and lie under {r.Epochs}; found {r.Sizes?.Count ?? 0} sizes "
                    + $"and {r.SizeEpochs?.Count ?? 0} epochs."
            );
        }

        if (r.TeacherShare > 0 && string.IsNullOrWhiteSpace(r.Teacher?.Replace(',', ' ')))
        {
            throw new TrainingException(
                "badRecipe",
                $"{source}: 'teacherShare' needs a 'teacher', expected a built-in model's name or an ONNX "
                    + $"file, or several, separated by commas."
            );
        }

        return string.IsNullOrWhiteSpace(r.Network)
            ? throw new TrainingException(
                "badRecipe",
                $"{source}: 'network' is empty, expected a registered network's name or a file."
            )
            : r;

        void AtLeast(string key, int value, int least)
        {
            if (value < least)
            {
                throw new TrainingException(
                    "badRecipe",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{source}: '{key}' is {value}, expected {least} or more."
                    )
                );
            }
        }

        void Between(string key, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
            {
                throw new TrainingException(
                    "badRecipe",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{source}: '{key}' is {value}, "
                            + $"expected {(least == double.Epsilon ? "over 0" : least.ToString(CultureInfo.InvariantCulture))} "
                            + $"to {most}."
                    )
                );
            }
        }
    }
}
