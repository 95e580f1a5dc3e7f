namespace Mien.Keras;

/// <summary>
/// Assigns the tensors of the file to the weights of the layers. Layers are matched by name or, if the names come from
/// another session, by order, as Keras does; the weights of one layer by name or by order.
/// </summary>
internal sealed class WeightAssignment
{
    private const string Hint = "The weights belong to another model, or its structure has changed.";
    private readonly Dictionary<(KerasLayer Layer, string Role), WeightEntry> entries = new(new ByReference());
    private readonly string source;

    private WeightAssignment(string source) => this.source = source;

    /// <summary>Assigns all weights of a model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="structureSource">The file of its structure, for messages.</param>
    /// <param name="file">The weights.</param>
    /// <exception cref="KerasException">A layer is not supported, or the weights do not match.</exception>
    public static WeightAssignment Create(KerasGraph graph, string structureSource, KerasFile file)
    {
        List<(KerasLayer Layer, List<Wanted> Weights)> layers =
        [
            .. graph.Layers.Select(l => (l, Collect(l, structureSource, true).ToList())).Where(l => l.Item2.Count > 0),
        ];
        List<(string Name, IReadOnlyList<WeightEntry> Weights)> stored =
        [
            .. file.LayerNames.Distinct().Select(n => (n, file.WeightsOf(n))).Where(n => n.Item2.Count > 0),
        ];
        Dictionary<string, IReadOnlyList<WeightEntry>> byName = stored.ToDictionary(
            s => s.Name,
            s => s.Weights,
            StringComparer.Ordinal
        );
        bool named = layers.TrueForAll(l => byName.ContainsKey(l.Layer.Name));
        if (!named && layers.Count != stored.Count)
        {
            string missing = string.Join(
                ", ",
                layers.Select(l => l.Layer.Name).Where(n => !byName.ContainsKey(n)).Take(5)
            );
            throw new KerasException(
                ErrorKind.BadInput,
                "weightsMismatch",
                $"{file.Path}: the model has {layers.Count} layers with weights, the file has weights "
                    + $"for {stored.Count}; it has no weights named {missing}. {Hint}",
                layers.Find(l => !byName.ContainsKey(l.Layer.Name)).Layer.Name
            );
        }

        var assignment = new WeightAssignment(file.Path);
        for (int i = 0; i < layers.Count; i++)
        {
            assignment.Assign(
                layers[i].Layer,
                layers[i].Weights,
                named ? byName[layers[i].Layer.Name] : stored[i].Weights
            );
        }

        return assignment;
    }

    /// <summary>The shape of one of a layer's tensors in the file.</summary>
    public IReadOnlyList<int> ShapeOf(KerasLayer layer, string role) => entries[(layer, role)].Shape;

    /// <summary>Reads one of a layer's tensors.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="role">The role, such as <c>kernel</c>.</param>
    /// <param name="axes">The meaning of the dimensions, for messages.</param>
    /// <param name="shape">The required shape.</param>
    /// <returns>The values in Keras's order, row-major.</returns>
    public float[] Read(KerasLayer layer, string role, string axes, params ReadOnlySpan<int> shape)
    {
        WeightEntry entry = entries[(layer, role)];
        return entry.Shape.SequenceEqual(shape.ToArray())
            ? entry.Read()
            : throw new KerasException(
                ErrorKind.BadInput,
                "weightsMismatch",
                $"{source}: layer '{layer.Name}' ({layer.ClassName}): '{entry.Name}' "
                    + $"is {string.Join('×', entry.Shape)}, expected {string.Join('×', shape.ToArray())} "
                    + $"({axes}). {Hint}",
                layer.Name
            );
    }

    private static IEnumerable<Wanted> Collect(KerasLayer layer, string source, bool trained)
    {
        trained &= layer.Trainable;
        return layer.Nested is { } nested
            ? nested.Layers.SelectMany(l => Collect(l, source, trained))
            : LayerRoles.Of(layer, source).Select(r => new Wanted(layer, r.Role, r.Trained && trained));
    }

    private void Assign(KerasLayer layer, List<Wanted> wanted, IReadOnlyList<WeightEntry> found)
    {
        if (wanted.Count != found.Count)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "weightsMismatch",
                $"{source}: layer '{layer.Name}' ({layer.ClassName}) has {found.Count} weights in the file "
                    + $"({string.Join(", ", found.Select(f => f.Name).Take(8))}), expected {wanted.Count} "
                    + $"({string.Join(", ", wanted.Select(w => w.Role).Take(8))}). {Hint}",
                layer.Name
            );
        }

        // Keras writes trained weights before the others, over all layers of a nested model.
        WeightEntry[] byOrder = [.. found];
        List<Wanted> ordered = [.. wanted.Where(w => w.Trained), .. wanted.Where(w => !w.Trained)];
        WeightEntry?[] byName =
        [
            .. ordered.Select(w =>
                Only(found.Where(f => Fits(f.Role, w.Role) && (layer.Nested is null || f.Owner == w.Layer.Name)))
            ),
        ];
        bool unique = byName.All(e => e is not null) && byName.Distinct().Count() == byName.Length;
        for (int i = 0; i < ordered.Count; i++)
        {
            entries[(ordered[i].Layer, ordered[i].Role)] = unique ? byName[i]! : byOrder[i];
        }
    }

    private static WeightEntry? Only(IEnumerable<WeightEntry> candidates) =>
        candidates.Take(2).ToList() is [var one] ? one : null;

    // Keras 3 calls the kernel of a depthwise convolution 'kernel'.
    private static bool Fits(string found, string wanted) =>
        found == wanted || (found == "kernel" && wanted == "depthwise_kernel");

    private sealed record Wanted(KerasLayer Layer, string Role, bool Trained);

    private sealed class ByReference : IEqualityComparer<(KerasLayer Layer, string Role)>
    {
        public bool Equals((KerasLayer Layer, string Role) x, (KerasLayer Layer, string Role) y) =>
            ReferenceEquals(x.Layer, y.Layer) && x.Role == y.Role;

        public int GetHashCode((KerasLayer Layer, string Role) key) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Layer), key.Role);
    }
}
