using System.Text.Json;

namespace Mien;

/// <summary>
/// Reads the JSON of a contract field by field. JsonSerializer would need less code here, but its generic code for
/// these types is not precompiled: the JIT took a quarter of the run time of <c>mien predict face.png</c>. Thread-safe.
/// </summary>
internal static class ModelContractReader
{
    /// <summary>
    /// Reads the text that <see cref="ModelContract.ToJson"/> writes. Unknown fields are ignored; ranges are not
    /// checked.
    /// </summary>
    /// <exception cref="JsonException">
    /// The text is not a JSON object, a required field is missing, or a field has the wrong type.
    /// </exception>
    public static ModelContract Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"the text is {Kind(root)}, expected an object");
        }

        var contract = new ModelContract
        {
            Name = Text(root, "name") ?? throw Missing("name"),
            Width = Whole(root, "width") ?? throw Missing("width"),
            Height = Whole(root, "height") ?? throw Missing("height"),
            Labels = Labels(root),
        };
        contract = contract with
        {
            Channels = Whole(root, "channels") ?? contract.Channels,
            Scale = Number(root, "scale") ?? contract.Scale,
            Offset = Number(root, "offset") ?? contract.Offset,
            Resize = Text(root, "resize") is { } kernel ? Kernel(kernel) : contract.Resize,
            InputName = Text(root, "inputName") ?? contract.InputName,
            OutputName = Text(root, "outputName") ?? contract.OutputName,
            Output = Text(root, "output") is { } output ? Output(output) : contract.Output,
            Maps = Maps(root),
            FeaturesName = Text(root, "featuresName"),
            Guard = Within(root, "guard", Guard),
            Heads = Heads(root),
            Blend = Within(root, "blend", Blend),
            CropNormalisation = Within(root, "cropNormalisation", Normalisation),
            Temperature = Number(root, "temperature") ?? contract.Temperature,
            UncertainBelow = Number(root, "uncertainBelow"),
            TrainingData = Text(root, "trainingData"),
            Adaptation = Within(root, "adaptation", AdaptationReader.Read),
            Recipe = Text(root, "recipe"),
            Licence = Text(root, "licence"),
            Metrics = Metrics(root),
        };
        int stated = Whole(root, "version") ?? 1;
        return stated == contract.Version ? contract : contract with { Version = stated };
    }

    internal static bool TryFind(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    internal static string? Text(JsonElement root, string name) =>
        !TryFind(root, name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, value, "a string");

    internal static int? Whole(JsonElement root, string name) =>
        !TryFind(root, name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
        : throw Wrong(name, value, "an integer");

    private static float? Number(JsonElement root, string name) =>
        !TryFind(root, name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) ? number
        : throw Wrong(name, value, "a number");

    private static string[] Labels(JsonElement root)
    {
        if (!TryFind(root, "labels", out JsonElement value))
        {
            throw Missing("labels");
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("labels", value, "an array of strings");
        }

        string[] labels = new string[value.GetArrayLength()];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] =
                value[i].ValueKind == JsonValueKind.String
                    ? value[i].GetString()!
                    : throw Wrong("labels", value[i], "strings");
        }

        return labels;
    }

    private static ClassMapOutput? Maps(JsonElement root) =>
        Within(
            root,
            "maps",
            maps => new ClassMapOutput
            {
                Name = Text(maps, "name") ?? throw Missing("name"),
                Top = Number(maps, "top") ?? throw Missing("top"),
                Left = Number(maps, "left") ?? throw Missing("left"),
                Step = Number(maps, "step") ?? throw Missing("step"),
            }
        );

    private static ModelGuard Guard(JsonElement guard) =>
        new()
        {
            Name = Text(guard, "name") ?? throw Missing("name"),
            Threshold = Number(guard, "threshold") ?? throw Missing("threshold"),
        };

    private static ModelHead[]? Heads(JsonElement root) =>
        !TryFind(root, "heads", out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(h => Within("heads", h, Head))]
        : throw Wrong("heads", value, "an array of objects");

    private static ModelHead Head(JsonElement head) =>
        new()
        {
            Name = Text(head, "name") ?? throw Missing("name"),
            Offset = Whole(head, "offset") ?? throw Missing("offset"),
            Temperature = Number(head, "temperature") ?? 1,
            VoteTemperature = Number(head, "voteTemperature"),
            UncertainBelow = Number(head, "uncertainBelow"),
            TrainingData = Text(head, "trainingData"),
            Metrics = Metrics(head),
        };

    private static HeadBlend Blend(JsonElement blend) =>
        new()
        {
            Weights = Weights(blend),
            Temperature = Number(blend, "temperature") ?? 1,
            UncertainBelow = Number(blend, "uncertainBelow"),
            Metrics = Metrics(blend),
        };

    private static float[] Weights(JsonElement blend)
    {
        if (!TryFind(blend, "weights", out JsonElement value))
        {
            throw Missing("weights");
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("weights", value, "an array of numbers");
        }

        return
        [
            .. value
                .EnumerateArray()
                .Select(w =>
                    w.ValueKind == JsonValueKind.Number && w.TryGetSingle(out float weight)
                        ? weight
                        : throw Wrong("weights", w, "numbers")
                ),
        ];
    }

    private static CropNormalisation Normalisation(JsonElement crop) =>
        new()
        {
            Kind = Kind(Text(crop, "kind") ?? throw Missing("kind")),
            Mean = Number(crop, "mean"),
            Deviation = Number(crop, "deviation"),
            Low = Number(crop, "low"),
            High = Number(crop, "high"),
        };

    /// <summary>Reads an object inside the contract; its name goes into the messages.</summary>
    internal static T? Within<T>(JsonElement root, string name, Func<JsonElement, T> read)
        where T : class => TryFind(root, name, out JsonElement value) ? Within(name, value, read) : null;

    private static T Within<T>(string name, JsonElement value, Func<JsonElement, T> read)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(name, value, "an object");
        }

        try
        {
            return read(value);
        }
        catch (JsonException e)
        {
            throw new JsonException($"in '{name}' {e.Message}", e);
        }
    }

    private static Dictionary<string, double> Metrics(JsonElement root)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        if (TryFind(root, "metrics", out JsonElement value))
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                throw Wrong("metrics", value, "an object");
            }

            foreach (JsonProperty metric in value.EnumerateObject())
            {
                // Files exported by earlier versions, including the shipped models, store the MACs under an older name.
                metrics[metric.Name == "multiplyAdds" ? "macs" : metric.Name] =
                    metric.Value.ValueKind == JsonValueKind.Number && metric.Value.TryGetDouble(out double number)
                        ? number
                        : throw Wrong($"metrics.{metric.Name}", metric.Value, "a number");
            }
        }

        return metrics;
    }

    private static ResizeKernel Kernel(string name) =>
        name.ToUpperInvariant() switch
        {
            "NEAREST" => ResizeKernel.Nearest,
            "BILINEAR" => ResizeKernel.Bilinear,
            "BICUBIC" => ResizeKernel.Bicubic,
            "LANCZOS" => ResizeKernel.Lanczos,
            "BOX" => ResizeKernel.Box,
            _ => throw new JsonException($"'resize' is '{name}', expected nearest, bilinear, bicubic, lanczos or box"),
        };

    private static ModelOutput Output(string name) =>
        name.ToUpperInvariant() switch
        {
            "LOGITS" => ModelOutput.Logits,
            "PROBABILITIES" => ModelOutput.Probabilities,
            _ => throw new JsonException($"'output' is '{name}', expected logits or probabilities"),
        };

    private static CropNormalisationKind Kind(string name) =>
        name.ToUpperInvariant() switch
        {
            "NONE" => CropNormalisationKind.None,
            "MEANDEVIATION" => CropNormalisationKind.MeanDeviation,
            "PERCENTILES" => CropNormalisationKind.Percentiles,
            _ => throw new JsonException($"'kind' is '{name}', expected none, meanDeviation or percentiles"),
        };

    internal static JsonException Missing(string name) => new($"'{name}' is missing");

    internal static JsonException Wrong(string name, JsonElement value, string expected) =>
        new($"'{name}' is {Kind(value)}, expected {expected}");

    private static string Kind(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => $"the number {value.GetRawText()}",
            _ => $"'{value.GetRawText()}'",
        };
}
