using System.Globalization;
using Mien.Networks;

namespace Mien.Keras;

/// <summary>
/// Imports models that Keras 2 saved as HDF5 (and those that Keras 3 saved in that older format) as networks of Mien
/// with their weights. Thread-safe; the files are closed when a call returns.
/// </summary>
internal static class KerasImporter
{
    private static readonly int[] GrayOrColour = [1, 3];

    /// <summary>Reads a file with structure and weights, as written by <c>model.save('model.h5')</c>.</summary>
    /// <param name="model">The HDF5 file.</param>
    /// <param name="options">Options; <c>null</c> uses the defaults.</param>
    /// <returns>The network and its weights.</returns>
    /// <exception cref="KerasException">
    /// The file is missing, of another format or version, damaged, or contains something unsupported; the message names
    /// the layer.
    /// </exception>
    public static KerasModel Load(string model, KerasImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using KerasFile file = KerasFile.Open(model);
        return file.Structure is { } structure
            ? Import(
                StructureReader.Read(structure, model, file.KerasVersion, file.Backend),
                model,
                file,
                options ?? new KerasImportOptions()
            )
            : throw new KerasException(
                ErrorKind.BadUsage,
                "noStructure",
                $"{model}: has weights but no structure ('model_config' is missing). Pass the structure too, "
                    + $"as written by model.to_json(): --structure model.json --weights {Path.GetFileName(model)}."
            );
    }

    /// <summary>
    /// Reads structure and weights from two files, as written by <c>model.to_json()</c> and
    /// <c>model.save_weights('weights.h5')</c>.
    /// </summary>
    /// <param name="structure">The JSON file.</param>
    /// <param name="weights">The HDF5 file with the weights; it may also be a whole model.</param>
    /// <param name="options">Options; <c>null</c> uses the defaults.</param>
    /// <returns>The network and its weights.</returns>
    /// <exception cref="KerasException">As for one file.</exception>
    public static KerasModel Load(string structure, string weights, KerasImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(weights);
        string json = ReadStructure(structure);
        using KerasFile file = KerasFile.Open(weights);
        return Import(
            StructureReader.Read(json, structure, null, null),
            structure,
            file,
            options ?? new KerasImportOptions()
        );
    }

    private static string ReadStructure(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new KerasException(
                ErrorKind.BadUsage,
                "badPath",
                "The path of the structure is empty, expected a JSON file."
            );
        }

        if (Directory.Exists(path))
        {
            throw new KerasException(
                ErrorKind.BadUsage,
                "isDirectory",
                $"{path}: is a folder, expected a JSON file written by model.to_json()."
            );
        }

        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KerasException(
                ErrorKind.BadUsage,
                "fileNotFound",
                $"{path}: there is no such file. Check the path.",
                innerException: e
            );
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KerasException(
                ErrorKind.BadUsage,
                "badPath",
                $"{path}: the file cannot be read: {e.Message}",
                innerException: e
            );
        }

        return text.TrimStart() is ['{' or '"' or '[', ..]
            ? text
            : throw new KerasException(
                ErrorKind.BadInput,
                "badStructure",
                $"{path}: is not JSON. Expected the output of model.to_json() (not YAML, and not the model itself)."
            );
    }

    private static KerasModel Import(
        StructureReader structure,
        string source,
        KerasFile file,
        KerasImportOptions options
    )
    {
        try
        {
            return Convert(structure, source, file, options);
        }
        catch (Exception e)
            when (e
                    is FormatException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or OverflowException
                        or IndexOutOfRangeException
            )
        {
            // The configuration of a layer has a value that Keras would not write, such as a fraction for a size.
            throw new KerasException(
                ErrorKind.BadInput,
                "badStructure",
                $"{source}: a layer's configuration has an invalid value: {e.Message}",
                innerException: e
            );
        }
    }

    private static KerasModel Convert(
        StructureReader structure,
        string source,
        KerasFile file,
        KerasImportOptions options
    )
    {
        KerasGraph graph = structure.Graph;
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "unsupportedModel",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source}: the model has {graph.Inputs.Count} inputs "
                        + $"({string.Join(", ", graph.Inputs.Select(i => i.Layer))}) and {graph.Outputs.Count} "
                        + $"outputs ({string.Join(", ", graph.Outputs.Select(o => o.Layer))}), expected one image "
                        + $"and one output of scores."
                )
            );
        }

        WeightAssignment weights = WeightAssignment.Create(graph, source, file);
        (TensorShape shape, bool channelsFirst) = Input(graph, source, options);
        var assembler = new NetworkAssembler();
        bool isTheano = (file.Backend ?? structure.Backend) == "theano";
        var converter = new ModelConverter(source, weights, assembler, isTheano, channelsFirst);
        var image = new TensorValue(TensorValue.ImageLayer, shape) { IsReplicated = shape.Channels == 3 };
        TensorValue output = converter.Convert(graph, image);
        if (!output.Shape.IsFlat || output.Shape.Channels != Expressions.Count)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "unsupportedModel",
                $"{source}: the model outputs {output.Shape} values, expected {Expressions.Count}: one for each "
                    + $"of {string.Join(", ", Expressions.Names)}."
            );
        }

        var network = new NetworkDescription
        {
            Name = options.Name ?? Path.GetFileNameWithoutExtension(file.Path),
            Summary =
                $"{string.Join(' ', "Imported from Keras", file.KerasVersion ?? structure.KerasVersion).TrimEnd()} "
                + $"({Path.GetFileName(file.Path)}).",
            Input = new InputDescription(shape.Width, shape.Height),
            Layers = assembler.Layers,
        };
        Check(network, assembler.Weights, source);
        string[] notes =
            shape.Channels == 3 ? ["The model takes colour images: all three channels get the same gray value."] : [];
        return new KerasModel
        {
            Network = network,
            Weights = assembler.Weights,
            FinalActivation = output.Pending,
            KerasVersion = file.KerasVersion ?? structure.KerasVersion,
            Backend = file.Backend ?? structure.Backend,
            LayerTypes = [.. graph.Leaves.GroupBy(l => l.ClassName).Select(g => KeyValuePair.Create(g.Key, g.Count()))],
            InputSource =
                graph.InputShape is null || graph.InputShape.Skip(channelsFirst ? 1 : 0).Take(2).Any(s => s is null)
                    ? null
                    : graph.InputLayer,
            InputChannels = shape.Channels,
            Rescaling = converter.Rescaling,
            Notes =
            [
                .. notes,
                .. isTheano ? (string[])["Written with Theano, which flips kernels: they were flipped back."] : [],
                .. converter.Notes,
            ],
        };
    }

    // The checks of the graph: sizes, and exactly the weights that the layers need.
    private static void Check(NetworkDescription network, NetworkWeights weights, string source)
    {
        try
        {
            weights.Check(NetworkGraph.Build(network));
        }
        catch (NetworkException e)
        {
            throw new KerasException(ErrorKind.BadInput, "unsupportedModel", $"{source}: {e.Message}", e.Layer, e);
        }
    }

    /// <summary>The shape of the input in Keras, and whether its channels come first.</summary>
    private static (TensorShape Shape, bool ChannelsFirst) Input(
        KerasGraph graph,
        string source,
        KerasImportOptions options
    )
    {
        bool? declared = Layout(graph, source);
        int?[] shape = [.. graph.InputShape ?? [null, null, 1]];
        if (shape.Length != 3)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "unsupportedModel",
                $"{source}: the model takes {Text(shape)}, expected an image: rows × columns × channels."
            );
        }

        bool first = declared ?? (!GrayOrColour.Contains(shape[2] ?? 0) && GrayOrColour.Contains(shape[0] ?? 0));
        int? channels = first ? shape[0] : shape[2];
        if (channels is not (1 or 3))
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "unsupportedModel",
                $"{source}: the model takes {Text(shape)} "
                    + $"({(first ? "channels × rows × columns" : "rows × columns × channels")}), expected 1 channel "
                    + $"(gray) or 3 (colour)."
            );
        }

        int height = Side(first ? shape[1] : shape[0], options.Height, "height"),
            width = Side(first ? shape[2] : shape[1], options.Width, "width");
        return (new TensorShape(channels.Value, height, width), first);

        int Side(int? inFile, int? given, string what) =>
            (inFile, given) switch
            {
                ({ } side, { } wanted) when side != wanted => throw new KerasException(
                    ErrorKind.BadUsage,
                    "badInputSize",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{source}: the model's input has a {what} of {side} pixels, but {wanted} was given "
                            + $"(--input-size). Omit it: faces are resized to the model's own size."
                    )
                ),
                ({ } side, _) => side,
                (null, { } wanted) => wanted,
                _ => throw new KerasException(
                    ErrorKind.BadUsage,
                    "noInputSize",
                    $"{source}: the model leaves its input size open. Pass the size that it was trained with: "
                        + $"--input-size 48x48."
                ),
            };
    }

    // Flatten is skipped, because its data_format has another meaning.
    private static bool? Layout(KerasGraph graph, string source)
    {
        var formats = graph
            .Leaves.Where(l => l.ClassName != "Flatten")
            .Select(l => (l.Name, Format: new LayerConfig(l, source).Text("data_format")))
            .Where(l => l.Format is not null)
            .ToList();
        string? other = formats.Find(l => l.Format != formats[0].Format).Name;
        return other is not null
                ? throw new KerasException(
                    ErrorKind.BadInput,
                    "unsupportedModel",
                    $"{source}: layer '{other}' has another data_format than layer '{formats[0].Name}' "
                        + $"('{formats[0].Format}'), expected the same in all layers.",
                    other
                )
            : formats.Count == 0 ? null
            : formats[0].Format == "channels_first";
    }

    private static string Text(int?[] shape) =>
        string.Join('×', shape.Select(s => s?.ToString(CultureInfo.InvariantCulture) ?? "?"));
}
