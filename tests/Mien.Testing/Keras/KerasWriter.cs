using System.Text.Json.Nodes;
using PureHDF;
using PureHDF.Filters;
using PureHDF.VOL.Native;

namespace Mien.Testing;

/// <summary>Writes synthetic models in the layout of Keras.</summary>
public static class KerasWriter
{
    public static void Save(MadeModel model, string path, KerasForm? form = null)
    {
        form ??= new KerasForm();
        var file = new H5File { Attributes = [] };
        H5Group weights = form.WeightsOnly ? file : new H5Group { Attributes = [] };
        if (!form.WeightsOnly)
        {
            file.Attributes["model_config"] = Structure(model, form).ToJsonString();
            file.Attributes["training_config"] = """{"optimizer_config": {"class_name": "Adam"}}""";
            file["model_weights"] = weights;
        }

        if (form.KerasVersion is { } version)
        {
            file.Attributes["keras_version"] = version;
        }

        if (model.IsTheano || form.KerasVersion is not null)
        {
            file.Attributes["backend"] = model.IsTheano ? "theano" : "tensorflow";
        }

        string[] names =
        [
            .. ((IEnumerable<string>)(model.IsFunctional ? [MadeModel.InputName] : [])).Concat(
                model.Layers.Select(l => Renamed(l, form))
            ),
        ];
        Names(weights, "layer_names", names, form);
        foreach (MadeLayer layer in model.Layers)
        {
            // a slash in a name makes a group in a group
            Insert(weights, Renamed(layer, form).Split('/'), Group(layer, form));
        }

        if (model.IsFunctional)
        {
            weights[MadeModel.InputName] = Empty();
        }

        if (form.Optimizer)
        {
            file["optimizer_weights"] = new H5Group
            {
                ["Adam"] = new H5Group { ["iterations:0"] = new long[] { 7 } },
                Attributes = new() { ["weight_names"] = (string[])["Adam/iterations:0"] },
            };
        }

        file.Write(path, new H5WriteOptions());
    }

    public static JsonObject Structure(MadeModel model, KerasForm? form = null)
    {
        form ??= new KerasForm();
        JsonObject root = Model(model, form);
        if (form.KerasVersion is { } version)
        {
            root["keras_version"] = version;
            root["backend"] = model.IsTheano ? "theano" : "tensorflow";
        }

        return root;
    }

    private static JsonObject Model(MadeModel model, KerasForm form)
    {
        JsonNode? side0 = form.OpenInput ? null : model.Input[0],
            side1 = form.OpenInput ? null : model.Input[1];
        JsonArray shape = model.ChannelsFirst
            ? [null, model.Input[2], side0, side1]
            : [null, side0, side1, model.Input[2]];
        string shapeKey = form.Keras3 ? "batch_shape" : "batch_input_shape";
        var input = new JsonObject
        {
            ["class_name"] = "InputLayer",
            ["config"] = new JsonObject
            {
                [shapeKey] = shape,
                ["dtype"] = "float32",
                ["name"] = MadeModel.InputName,
            },
        };
        List<JsonObject> layers = [.. model.Layers.Select(l => Layer(l, model, form))];
        if (!model.IsFunctional)
        {
            if (form.HasInputLayer || form.Keras3)
            {
                layers.Insert(0, input);
            }
            else if (model.Layers[0].Nested is null)
            {
                layers[0]["config"]![shapeKey] = shape.DeepClone();
            }

            JsonNode list = new JsonArray([.. layers]);
            return new JsonObject
            {
                ["class_name"] = "Sequential",
                ["config"] = form.BareList ? list : new JsonObject { ["name"] = model.Name, ["layers"] = list },
            };
        }

        input["name"] = MadeModel.InputName;
        input["inbound_nodes"] = new JsonArray();
        return new JsonObject
        {
            ["class_name"] = form.Keras3 ? "Functional" : "Model",
            ["config"] = new JsonObject
            {
                ["name"] = model.Name,
                ["layers"] = new JsonArray([input, .. layers]),
                ["input_layers"] = form.Keras3
                    ? new JsonArray(MadeModel.InputName, 0, 0)
                    : new JsonArray(new JsonArray(MadeModel.InputName, 0, 0)),
                ["output_layers"] = form.Keras3
                    ? new JsonArray(model.Last, 0, 0)
                    : new JsonArray(new JsonArray(model.Last, 0, 0)),
            },
        };
    }

    private static JsonObject Layer(MadeLayer layer, MadeModel model, KerasForm form)
    {
        JsonObject json = layer.Nested is { } nested
            ? Model(nested, form)
            : new JsonObject { ["class_name"] = layer.Class, ["config"] = layer.Config.DeepClone() };
        if (model.IsFunctional)
        {
            json["name"] = layer.Name;
            json["inbound_nodes"] = form.Keras3
                ? new JsonArray(
                    new JsonObject
                    {
                        ["args"] = new JsonArray(
                            layer.From.Count == 1
                                ? Tensor(layer.From[0])
                                : new JsonArray([.. layer.From.Select(Tensor)])
                        ),
                        ["kwargs"] = new JsonObject(),
                    }
                )
                : new JsonArray(new JsonArray([.. layer.From.Select(f => new JsonArray(f, 0, 0, new JsonObject()))]));
        }

        return json;
    }

    private static JsonObject Tensor(string layer) =>
        new()
        {
            ["class_name"] = "__keras_tensor__",
            ["config"] = new JsonObject
            {
                ["shape"] = new JsonArray(null, 1),
                ["dtype"] = "float32",
                ["keras_history"] = new JsonArray(layer, 0, 0),
            },
        };

    private static string Renamed(MadeLayer layer, KerasForm form) => form.OtherSession ? layer.Name + "1" : layer.Name;

    private static H5Group Group(MadeLayer layer, KerasForm form)
    {
        // In a nested model, all trainable weights precede the non-trainable ones.
        List<(string Owner, MadeWeight Weight)> all = [.. Flat(layer)];
        all = [.. all.Where(w => w.Weight.Trained), .. all.Where(w => !w.Weight.Trained)];
        if (all.Count == 0)
        {
            return Empty();
        }

        var group = new H5Group { Attributes = [] };
        var names = new List<string>();
        foreach ((string owner, MadeWeight weight) in all)
        {
            string inner = form.InnerNames ? owner + "_1" : owner;
            names.Add(form.Keras3 ? $"sequential/{inner}/{weight.Role}" : $"{inner}/{weight.Role}:0");
            Insert(group, names[^1].Split('/'), Dataset(weight, form));
        }

        Names(group, "weight_names", [.. names], form);
        return group;
    }

    private static IEnumerable<(string Owner, MadeWeight Weight)> Flat(MadeLayer layer) =>
        layer.Nested is { } nested ? nested.Layers.SelectMany(Flat) : layer.Weights.Select(w => (layer.Name, w));

    // Without weights, Keras writes an empty list of names, which NumPy and h5py store as float64.
    private static H5Group Empty() => new() { Attributes = new() { ["weight_names"] = Array.Empty<double>() } };

    private static void Insert(H5Group group, ReadOnlySpan<string> path, object dataset)
    {
        if (path.Length == 1)
        {
            group[path[0]] = dataset;
            return;
        }

        if (!group.TryGetValue(path[0], out object? inner))
        {
            group[path[0]] = inner = new H5Group();
        }

        Insert((H5Group)inner, path[1..], dataset);
    }

    private static void Names(H5Group group, string key, string[] names, KerasForm form)
    {
        if (!form.SplitNames)
        {
            group.Attributes[key] = names;
            return;
        }

        foreach ((int part, string[] some) in names.Chunk(2).Index())
        {
            group.Attributes[$"{key}{part}"] = some;
        }
    }

    private static H5Dataset Dataset(MadeWeight weight, KerasForm form)
    {
        object values = form.Bytes switch
        {
            2 => weight.Values.Select(v => (Half)v).ToArray(),
            8 => weight.Values.Select(v => (double)v).ToArray(),
            _ => weight.Values,
        };
        ulong[] dimensions = [.. weight.Shape.Select(s => (ulong)s)];
        return form.Compressed
            ? new H5Dataset(
                values,
                chunks: [.. weight.Shape.Select(s => (uint)Math.Max(1, s / 2))],
                fileDims: dimensions,
                datasetCreation: new H5DatasetCreation(Filters: [ShuffleFilter.Id, DeflateFilter.Id])
            )
            : new H5Dataset(values, fileDims: dimensions);
    }
}
