using System.Text.Json;

namespace Mien.Keras;

/// <summary>
/// Reads a model's structure: the output of <c>model.to_json()</c> or the attribute <c>model_config</c>.
/// </summary>
internal sealed class StructureReader
{
    private const string Expected = "Expected the output of model.to_json(): a Sequential or functional model.";
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512, AllowTrailingCommas = true };
    private readonly string source;

    private StructureReader(string source, string? keras, string? backend)
    {
        this.source = source;
        KerasVersion = keras;
        Backend = backend;
    }

    public string? KerasVersion { get; private set; }

    public string? Backend { get; private set; }

    public KerasGraph Graph { get; private set; } = null!;

    /// <summary>Reads the structure and checks its form, but not whether the layers are supported.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">The file that the text comes from, for messages.</param>
    /// <param name="keras">The version from elsewhere in the file, or <c>null</c>.</param>
    /// <param name="backend">The backend from elsewhere in the file, or <c>null</c>.</param>
    public static StructureReader Read(string json, string source, string? keras, string? backend)
    {
        var reader = new StructureReader(source, keras, backend);
        try
        {
            JsonElement root = JsonDocument.Parse(json, Options).RootElement;

            // json.dump(model.to_json(), file) writes a JSON string that contains the JSON text.
            root =
                root.ValueKind == JsonValueKind.String
                    ? JsonDocument.Parse(root.GetString()!, Options).RootElement
                    : root;
            reader.Root(root);
            return reader;
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "badStructure",
                $"{source}: the model's structure cannot be read: {e.Message} {Expected}",
                innerException: e
            );
        }
    }

    private void Root(JsonElement root)
    {
        KerasVersion ??= Text(root, "keras_version");
        Backend ??= Text(root, "backend");
        if (
            KerasVersion is { } version
            && (
                version.StartsWith("1.", StringComparison.Ordinal) || version.StartsWith("0.", StringComparison.Ordinal)
            )
        )
        {
            throw Keras1($"the file names Keras {version}");
        }

        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("class_name", out JsonElement name)
            || !root.TryGetProperty("config", out JsonElement config)
            || !IsModel(config)
        )
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "badStructure",
                $"{source}: the JSON is not a model's structure: class_name, or config with layers, is "
                    + $"missing. {Expected}"
            );
        }

        Graph = Model(name.GetString()!, config);
    }

    private KerasException Keras1(string why) =>
        new(
            ErrorKind.BadInput,
            "kerasVersion",
            $"{source}: is a model of Keras 1 ({why}), expected Keras 2. Load it with Keras 2 and save it "
                + $"again: keras.models.load_model('old.h5').save('model.h5')."
        );

    // The configuration of a sequential model is a list of layers (Keras 2.0 to 2.2.2) or an object that contains one.
    private static bool IsModel(JsonElement config) =>
        config.ValueKind switch
        {
            JsonValueKind.Array => config
                .EnumerateArray()
                .All(l => l.ValueKind == JsonValueKind.Object && l.TryGetProperty("class_name", out _)),
            JsonValueKind.Object => config.TryGetProperty("layers", out JsonElement layers)
                && layers.ValueKind == JsonValueKind.Array,
            _ => false,
        };

    private KerasGraph Model(string className, JsonElement config)
    {
        bool functional = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("output_layers", out _);
        JsonElement layers = config.ValueKind == JsonValueKind.Array ? config : config.GetProperty("layers");
        string name = (config.ValueKind == JsonValueKind.Object ? Text(config, "name") : null) ?? className;
        List<(JsonElement Json, KerasLayer Layer)> read =
        [
            .. layers.EnumerateArray().Select((json, i) => (json, Layer(json, i))),
        ];
        string? twice = read.GroupBy(r => r.Layer.Name).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "badStructure",
                $"{source}: two layers of the model '{name}' are named '{twice}'.",
                twice
            );
        }

        return read.Count == 0
                ? throw new KerasException(
                    ErrorKind.BadInput,
                    "badStructure",
                    $"{source}: the model '{name}' has no layers. {Expected}"
                )
            : functional ? Functional(name, config, [.. read.Select(r => r.Layer)])
            : Sequential(name, config, [.. read.Select(r => r.Layer)]);
    }

    private KerasLayer Layer(JsonElement json, int index)
    {
        string className = json.GetProperty("class_name").GetString()!;
        JsonElement config = json.GetProperty("config");
        bool isModel = className is not "TimeDistributed" && IsModel(config);
        string name =
            Text(json, "name")
            ?? (config.ValueKind == JsonValueKind.Object ? Text(config, "name") : null)
            ?? $"{className}_{index + 1}";
        if (
            className is "Convolution2D" or "Merge" or "AtrousConvolution2D"
            || (
                config.ValueKind == JsonValueKind.Object
                && (config.TryGetProperty("nb_filter", out _) || config.TryGetProperty("border_mode", out _))
            )
        )
        {
            throw Keras1($"layer '{name}' is a {className} in the Keras 1 format");
        }

        var uses = new List<IReadOnlyList<TensorReference>>();
        if (json.TryGetProperty("inbound_nodes", out JsonElement nodes))
        {
            foreach (JsonElement node in nodes.EnumerateArray())
            {
                uses.Add(References(node));
            }
        }

        return new KerasLayer(className, name, config, uses, isModel ? Model(className, config) : null);
    }

    private static KerasGraph Functional(string name, JsonElement config, List<KerasLayer> layers)
    {
        List<TensorReference> inputs = References(config.GetProperty("input_layers"));
        KerasLayer? first = layers.Find(l => inputs.Count > 0 && l.Name == inputs[0].Layer);
        int?[]? shape = first is null ? null : Shape(first.Config);
        return new KerasGraph(
            name,
            [.. layers.Where(l => l.ClassName != "InputLayer" || !inputs.Any(i => i.Layer == l.Name))],
            inputs,
            References(config.GetProperty("output_layers")),
            shape,
            first is null ? null : $"layer '{first.Name}'"
        );
    }

    private static KerasGraph Sequential(string name, JsonElement config, List<KerasLayer> layers)
    {
        // The input is not a layer, or a layer that nothing refers to: every layer takes the output of the layer
        // before.
        var input = new TensorReference("", 0, 0);
        KerasLayer first = layers[0];
        IReadOnlyList<int?>? shape = (first.ClassName, first.Nested) is (not "InputLayer", { } nested)
            ? nested.InputShape
            : Shape(first.Config);
        string? where = shape is null ? null : $"layer '{first.Name}'";
        if (
            shape is null
            && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty("build_input_shape", out JsonElement built)
            && built.ValueKind == JsonValueKind.Array
        )
        {
            shape = Sides(built);
            where = "'build_input_shape'";
        }

        var chain = new List<KerasLayer>();
        TensorReference before = input;
        foreach (KerasLayer layer in layers.Where(l => l.ClassName != "InputLayer"))
        {
            chain.Add(
                layer with
                {
                    Uses =
                    [
                        [before],
                    ],
                }
            );
            before = new TensorReference(layer.Name, 0, 0);
        }

        return new KerasGraph(name, chain, [input], [before], shape, where);
    }

    private static int?[]? Shape(JsonElement config)
    {
        if (config.ValueKind == JsonValueKind.Object)
        {
            foreach (string key in (string[])["batch_input_shape", "batch_shape"])
            {
                if (config.TryGetProperty(key, out JsonElement shape) && shape.ValueKind == JsonValueKind.Array)
                {
                    return Sides(shape);
                }
            }
        }

        return null;
    }

    private static int?[] Sides(JsonElement shape) =>
        [
            .. shape
                .EnumerateArray()
                .Skip(1)
                .Select(s => s.ValueKind == JsonValueKind.Number ? s.GetInt32() : (int?)null),
        ];

    /// <summary>
    /// Finds all tensor references in a JSON value, in their order: <c>["conv", 0, 0, {}]</c>, nested lists of them,
    /// and the objects with a <c>keras_history</c> that Keras 3 writes instead.
    /// </summary>
    private static List<TensorReference> References(JsonElement json)
    {
        var found = new List<TensorReference>();
        Collect(json);
        return found;

        void Collect(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Array
                    when element.GetArrayLength() >= 3
                        && element[0].ValueKind == JsonValueKind.String
                        && element[1].ValueKind == JsonValueKind.Number:
                    found.Add(
                        new TensorReference(element[0].GetString()!, element[1].GetInt32(), element[2].GetInt32())
                    );
                    break;
                case JsonValueKind.Array:
                    foreach (JsonElement item in element.EnumerateArray())
                    {
                        Collect(item);
                    }

                    break;
                case JsonValueKind.Object when element.TryGetProperty("keras_history", out JsonElement history):
                    Collect(history);
                    break;
                case JsonValueKind.Object:
                    foreach (JsonProperty property in element.EnumerateObject())
                    {
                        Collect(property.Value);
                    }

                    break;
            }
        }
    }

    private static string? Text(JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(key, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
