using Google.Protobuf;

namespace Mien.Networks;

/// <summary>
/// Joins several models in one ONNX graph with one input. Each member's outputs go through the softmax at its own
/// temperatures, head by head; the probabilities are averaged, and their logarithms are the logits of the ensemble, so
/// that it is used like any other model. Single use.
/// </summary>
internal sealed class OnnxEnsemble
{
    // From 13 on, Softmax runs over one axis. A later version may give another meaning to the members' operators.
    private const long MinOperatorSet = 13;

    // Keeps the logarithm finite; far below the smallest probability that matters.
    private const float MinProbability = 1e-30f;

    private static readonly string[] WithSubgraphs = ["If", "Loop", "Scan", "SequenceMap"];

    private readonly GraphProto graph = new() { Name = "ensemble" };
    private readonly OnnxEnsembleOptions options;
    private readonly List<string> probabilities = [];
    private readonly List<string> features = [];
    private readonly List<string> maps = [];
    private int constants;

    private OnnxEnsemble(OnnxEnsembleOptions options) => this.options = options;

    /// <summary>Writes the ensemble.</summary>
    /// <param name="members">The members, two or more.</param>
    /// <param name="options">Names and sizes of the ensemble.</param>
    /// <param name="metadata">Entries of the file's metadata.</param>
    /// <returns>The bytes of the ONNX file.</returns>
    /// <exception cref="NetworkException">A member cannot be joined with the others; the message names it.</exception>
    public static byte[] Write(
        IReadOnlyList<OnnxEnsembleMember> members,
        OnnxEnsembleOptions options,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        ModelProto[] models = [.. members.Select(Parse)];
        var ensemble = new OnnxEnsemble(options);
        ensemble.graph.Input.Add(OnnxValue.Floats(options.InputName, 1, options.Height, options.Width));
        for (int i = 0; i < members.Count; i++)
        {
            ensemble.Add(members[i], models[i].Graph, $"m{i + 1}.");
        }

        ensemble.Join();
        var result = new ModelProto
        {
            IrVersion = models.Max(m => m.IrVersion),
            ProducerName = "Mien",
            ProducerVersion = typeof(OnnxEnsemble).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = ensemble.graph,
        };
        result.OpsetImport.AddRange(OperatorSets(members, models));
        result.MetadataProps.AddRange(
            metadata
                .OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value })
        );
        return result.ToByteArray();
    }

    /// <summary>The declared sides of an output of a model, without the batch dimension.</summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    /// <param name="output">The name of the output.</param>
    /// <returns><c>null</c> if there is no such output, or a side is left open.</returns>
    public static IReadOnlyList<int>? SidesOf(byte[] model, string output)
    {
        ValueInfoProto? value = ModelProto.Parser.ParseFrom(model).Graph?.Output.FirstOrDefault(o => o.Name == output);
        int[]? sides = value?.Type?.TensorType?.Shape?.Dim.Skip(1).Select(d => (int)d.DimValue).ToArray();
        return sides?.All(s => s > 0) == true ? sides : null;
    }

    private static ModelProto Parse(OnnxEnsembleMember member)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(member.Model);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new NetworkException($"{member.Source}: not an ONNX model: {e.Message}", innerException: e);
        }

        if (model.Graph is null)
        {
            throw new NetworkException($"{member.Source}: not an ONNX model: it has no graph.");
        }

        if (model.Graph.Node.FirstOrDefault(n => WithSubgraphs.Contains(n.OpType)) is { } nested)
        {
            throw new NetworkException(
                $"{member.Source}: its node '{nested.Name}' ({nested.OpType}) contains a graph. Such a model cannot be "
                    + $"a member of an ensemble."
            );
        }

        ValueInfoProto? image = model.Graph.Input.FirstOrDefault(i => i.Name == member.InputName);
        return image?.Type.TensorType.Shape.Dim[0] is { DimValue: > 0 and var count }
            ? throw new NetworkException(
                $"{member.Source}: its input takes {count} image at a time, expected any number. Export it again with "
                    + $"mien-lab export."
            )
            : model;
    }

    private static List<OperatorSetIdProto> OperatorSets(IReadOnlyList<OnnxEnsembleMember> members, ModelProto[] models)
    {
        var sets = new Dictionary<string, (long Version, string Source)>(StringComparer.Ordinal);
        for (int i = 0; i < models.Length; i++)
        {
            foreach (OperatorSetIdProto set in models[i].OpsetImport)
            {
                string domain = set.Domain == "ai.onnx" ? "" : set.Domain;
                if (domain.Length == 0 && set.Version < MinOperatorSet)
                {
                    throw new NetworkException(
                        $"{members[i].Source}: it uses version {set.Version} of ONNX's operators, expected "
                            + $"{MinOperatorSet} or later. Export it again with mien-lab export."
                    );
                }

                if (sets.TryGetValue(domain, out (long Version, string Source) other) && other.Version != set.Version)
                {
                    throw new NetworkException(
                        $"{members[i].Source}: it uses version {set.Version} of ONNX's operators, and {other.Source} "
                            + $"uses {other.Version}. All members need the same version: export them again with "
                            + $"mien-lab export."
                    );
                }

                sets[domain] = (set.Version, members[i].Source);
            }
        }

        return
        [
            .. sets.OrderBy(s => s.Key, StringComparer.Ordinal)
                .Select(s => new OperatorSetIdProto { Domain = s.Key, Version = s.Value.Version }),
        ];
    }

    private void Add(OnnxEnsembleMember member, GraphProto source, string prefix)
    {
        string image = Image(member, prefix);
        foreach (TensorProto constant in source.Initializer)
        {
            TensorProto copy = constant.Clone();
            copy.Name = prefix + copy.Name;
            graph.Initializer.Add(copy);
        }

        foreach (NodeProto node in source.Node)
        {
            NodeProto copy = node.Clone();
            copy.Name = prefix + copy.Name;
            Rename(copy.Input);
            Rename(copy.Output);
            graph.Node.Add(copy);
        }

        probabilities.Add(Probabilities(member, prefix));
        if (options.FeaturesName is not null)
        {
            features.Add(prefix + member.FeaturesName);
        }

        if (options.MapsName is not null)
        {
            maps.Add(Maps(member, prefix));
        }

        void Rename(IList<string> names)
        {
            for (int i = 0; i < names.Count; i++)
            {
                names[i] =
                    names[i].Length == 0 ? ""
                    : names[i] == member.InputName ? image
                    : prefix + names[i];
            }
        }
    }

    /// <summary>The ensemble's image in the size and scale of a member.</summary>
    private string Image(OnnxEnsembleMember member, string prefix)
    {
        string image = options.InputName;
        bool scaled = member.Scale != options.Scale || member.Offset != options.Offset;
        if (!scaled && member.Rows is null)
        {
            return image;
        }

        // Back to gray values from 0 to 255, which are resized and rounded as the library does for the member alone.
        image = Node("Sub", prefix, "pixels.centred", [image, Number(options.Offset)]);
        image = Node("Div", prefix, "pixels", [image, Number(options.Scale)]);
        if (member.Rows is { } rows && member.Columns is { } columns)
        {
            string down = Floats(prefix + "input.rows", [member.Height, options.Height], rows);
            string across = Floats(prefix + "input.columns", [options.Width, member.Width], columns);
            image = Node("MatMul", prefix, "pixels.down", [down, image]);
            image = Node("MatMul", prefix, "pixels.across", [image, across]);
            image = Node("Add", prefix, "pixels.raised", [image, Number(0.5f)]);
            image = Node("Clip", prefix, "pixels.clipped", [image, Number(0), Number(255)]);
            image = Node("Floor", prefix, "pixels.rounded", [image]);
        }

        image = Node("Mul", prefix, "input.scaled", [image, Number(member.Scale)]);
        return Node("Add", prefix, "input", [image, Number(member.Offset)]);
    }

    private string Probabilities(OnnxEnsembleMember member, string prefix)
    {
        string value = prefix + member.OutputName;
        if (member.IsProbabilities)
        {
            // As the library does; the smallest normal number keeps the logarithm finite.
            value = Node("Max", prefix, "positive", [value, Number(1.17549435e-38f)]);
            value = Node("Log", prefix, "logarithms", [value]);
        }

        value = Node(
            "Gather",
            prefix,
            "ordered",
            [value, Integers(member.Order)],
            OnnxGraphWriter.Attribute("axis", 1)
        );
        value = Node(
            "Div",
            prefix,
            "tempered",
            [value, Floats(prefix + "temperatures", [member.Order.Count], PerColumn(member, 1))]
        );
        value = Node("Reshape", prefix, "heads", [value, Integers([0, options.Heads, options.Labels])]);
        value = Node("Softmax", prefix, "probabilities", [value], OnnxGraphWriter.Attribute("axis", 2));
        return Node("Mul", prefix, "weighted", [value, Number(member.Weight)]);
    }

    private string Maps(OnnxEnsembleMember member, string prefix)
    {
        string value = Node(
            "Gather",
            prefix,
            "maps.ordered",
            [prefix + member.MapsName, Integers(member.Order)],
            OnnxGraphWriter.Attribute("axis", 1)
        );
        // The share of the member in the mean of the tempered logits.
        float[] shares = [.. PerColumn(member, 1).Select(t => member.Weight / t)];
        return Node(
            "Mul",
            prefix,
            "maps.weighted",
            [value, Floats(prefix + "maps.shares", [1, member.Order.Count, 1, 1], shares)]
        );
    }

    private void Join()
    {
        int columns = options.Heads * options.Labels;
        string mean = Node("Sum", "", "ensemble.probabilities", [.. probabilities]);
        mean = Node("Max", "", "ensemble.positive", [mean, Number(MinProbability)]);
        string logs = Node("Log", "", "ensemble.logarithms", [mean]);
        graph.Node.Add(New("Reshape", options.OutputName, [logs, Integers([0, columns])], options.OutputName));
        graph.Output.Add(OnnxValue.Floats(options.OutputName, columns));
        if (options.MapsName is { } mapsName)
        {
            graph.Node.Add(New("Sum", mapsName, maps, mapsName));
            graph.Output.Add(OnnxValue.Floats(mapsName, columns, options.MapHeight, options.MapWidth));
        }

        if (options.FeaturesName is { } featuresName)
        {
            NodeProto concat = New("Concat", featuresName, features, featuresName);
            concat.Attribute.Add(OnnxGraphWriter.Attribute("axis", 1));
            graph.Node.Add(concat);
            graph.Output.Add(OnnxValue.Floats(featuresName, options.Features));
        }
    }

    private float[] PerColumn(OnnxEnsembleMember member, float factor) =>
        [.. member.Temperatures.SelectMany(t => Enumerable.Repeat(factor * t, options.Labels))];

    private string Node(string type, string prefix, string name, string[] inputs, params AttributeProto[] attributes)
    {
        // A hyphen cannot be in the name of a layer, so the names of members never collide with these.
        string full = $"{prefix}ensemble-{name}";
        NodeProto node = New(type, full, inputs, full);
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
        return full;
    }

    private static NodeProto New(string type, string name, IEnumerable<string> inputs, string output)
    {
        var node = new NodeProto { OpType = type, Name = name };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private string Number(float value) => Floats($"ensemble-constant{++constants}", [], [value]);

    private string Floats(string name, int[] shape, float[] values)
    {
        string full = name.StartsWith("ensemble-", StringComparison.Ordinal) ? name : "ensemble-" + name;
        graph.Initializer.Add(OnnxTensor.Floats(full, shape, values));
        return full;
    }

    private string Integers(IReadOnlyList<long> values)
    {
        string name = $"ensemble-constant{++constants}";
        graph.Initializer.Add(OnnxTensor.Integers(name, [.. values]));
        return name;
    }
}
