using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Padding = Mien.Networks.Padding;

namespace Mien.Training;

/// <summary>
/// The TorchSharp module of a network description: input [N, channels, height, width], output logits [N, classes].
/// Other input sizes than the network's own are allowed where it pools globally or flattens (the features are then
/// resized to the size that the dense layer expects), which progressive resizing needs. Owns its tensors; dispose of
/// it. Not thread-safe.
/// </summary>
internal sealed partial class NetworkModule : nn.Module<Tensor, Tensor>
{
    private readonly Dictionary<string, Parameter> trained = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> statistics = new(StringComparer.Ordinal);
    private readonly int[] lastUse;
    private readonly bool[] inPlace;
    private Tensor? gradients;

    /// <summary>
    /// Creates the module with initial weights: He's normal initialisation for convolutions and hidden dense layers,
    /// zeros for biases.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="seed">The seed of the initial weights; they are the same on every device.</param>
    /// <param name="device">Where the tensors are; <c>null</c> is the CPU.</param>
    public NetworkModule(NetworkGraph graph, long seed, Device? device = null)
        : base(graph?.Description.Name ?? throw new ArgumentNullException(nameof(graph)))
    {
        Graph = graph;
        Device = device ?? CPU;
        Layout = new WeightLayout(graph);
        Weights = zeros([Layout.Trained], device: Device).DetachFromDisposeScope();
        BatchStatistics = zeros([Layout.Statistics], device: Device).DetachFromDisposeScope();
        using IDisposable quiet = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (WeightShape shape in node.Operator.Weights)
            {
                using DisposeScope scope = NewDisposeScope();
                string name = $"{node.Name}.{shape.Name}";
                if (shape.Trainable)
                {
                    Tensor value = View(Weights, Layout.OfTrained(name)).DetachFromDisposeScope();
                    value.copy_(Initial(node.Operator, shape.Name, value.shape, generator));
                    var parameter = new Parameter(value);
                    register_parameter(name.Replace('.', '_'), parameter);
                    trained[name] = parameter;
                }
                else
                {
                    Tensor value = View(BatchStatistics, Layout.OfStatistic(name)).DetachFromDisposeScope();
                    value.fill_(shape.Name == "runningMean" ? 0 : 1);
                    register_buffer(name.Replace('.', '_'), value);
                    statistics[name] = value;
                }
            }
        }

        lastUse = new int[graph.Nodes.Count];
        inPlace = new bool[graph.Nodes.Count];
        int[] uses = new int[graph.Nodes.Count];
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (int input in graph.Nodes[i].Inputs.Where(n => n >= 0))
            {
                lastUse[input] = i;
                uses[input]++;
            }
        }

        // A ReLU may overwrite its input if nothing else reads that input, neither in the forward nor in the backward
        // pass.
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            inPlace[i] =
                graph.Nodes[i]
                    is {
                        Operator: ActivationOperator { Function: ActivationFunction.Relu },
                        Inputs: [>= 0 and var before]
                    }
                && uses[before] == 1
                && graph.Nodes[before].Operator is ConvOperator or BatchNormOperator or DenseOperator or AddOperator;
        }
    }

    /// <summary>The network that the module was built from.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>Where the tensors are.</summary>
    public Device Device { get; }

    /// <summary>The places of all tensors in the flat buffers.</summary>
    public WeightLayout Layout { get; }

    /// <summary>All trained values in one buffer; <see cref="Trained"/> are its views; owned by this module.</summary>
    public Tensor Weights { get; }

    /// <summary>All running means and variances in one buffer; owned by this module.</summary>
    public Tensor BatchStatistics { get; }

    /// <summary>
    /// The gradients of all trained values in one buffer with the layout of <see cref="Weights"/>; owned by this
    /// module. From the first access on, backward passes add to this buffer: set it to zero before each.
    /// </summary>
    public Tensor Gradients => gradients ??= AttachGradients();

    /// <summary>
    /// The share of a batch in the running means and variances in training; <c>null</c> (default) is each layer's own.
    /// </summary>
    public double? StatisticsMomentum { get; set; }

    /// <summary>Called in a forward pass with each batch norm and what it takes; it must not keep the tensor.</summary>
    public Action<GraphNode, Tensor>? BeforeBatchNorm { get; set; }

    /// <summary>
    /// The precision of <see cref="forward"/>; default single precision. Weights and logits are always in single
    /// precision.
    /// </summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>The seed of dropout in training, used with <see cref="DropoutStep"/>; default 0.</summary>
    public int DropoutSeed { get; init; }

    /// <summary>The training step. Dropout is a function of the seed, the step and the layer.</summary>
    public long DropoutStep { get; set; }

    /// <summary>The trainable tensors by name, such as <c>conv1.weight</c>; owned by this module.</summary>
    public IReadOnlyDictionary<string, Parameter> Trained => trained;

    /// <summary>The running means and variances by name; owned by this module.</summary>
    public IReadOnlyDictionary<string, Tensor> Statistics => statistics;

    /// <summary>
    /// All tensors by name: <see cref="Trained"/> and <see cref="Statistics"/>; owned by this module.
    /// </summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        trained.Select(p => KeyValuePair.Create(p.Key, (Tensor)p.Value)).Concat(statistics);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var values = new Tensor[Graph.Nodes.Count];
        input = Precision == TrainingPrecision.Bfloat16 && input.dim() == 4 ? input.to(bfloat16) : input;
        for (int i = 0; i < values.Length; i++)
        {
            GraphNode node = Graph.Nodes[i];
            values[i] = Compute(i, node, node.Inputs[0] < 0 ? input : values[node.Inputs[0]], values, input);
            foreach (int from in node.Inputs)
            {
                // Disposes only of the handle; autograd keeps the values that the backward pass needs.
                if (from >= 0 && lastUse[from] == i && !ReferenceEquals(values[from], values[i]))
                {
                    values[from].Dispose();
                }
            }
        }

        return values[^1];
    }

    /// <summary>Copies all weights, for export.</summary>
    /// <returns>Weights that share no memory with this module.</returns>
    public NetworkWeights ToWeights()
    {
        var weights = new NetworkWeights();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor value) in Views(Weights.cpu()).Concat(StatisticViews(BatchStatistics.cpu())))
        {
            weights[name] = value.data<float>().ToArray();
        }

        return weights;
    }

    /// <summary>Overwrites all weights.</summary>
    /// <param name="weights">Weights of the same network.</param>
    /// <exception cref="NetworkException">The weights belong to another network.</exception>
    public void Load(NetworkWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Check(Graph);
        using IDisposable quiet = no_grad();
        foreach ((string name, Tensor value) in State)
        {
            using DisposeScope scope = NewDisposeScope(); // in-place operations give handles too
            value.copy_(tensor(weights[name], value.shape));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gradients?.Dispose();
            Weights.Dispose();
            BatchStatistics.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The tensors by name within a buffer with the layout of <see cref="Weights"/>.</summary>
    /// <param name="buffer">Such a buffer.</param>
    /// <returns>New views, which the caller disposes of.</returns>
    public IEnumerable<KeyValuePair<string, Tensor>> Views(Tensor buffer) =>
        trained.Keys.Select(n => KeyValuePair.Create(n, View(buffer, Layout.OfTrained(n))));

    /// <summary>The same within a buffer with the layout of <see cref="BatchStatistics"/>.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> StatisticViews(Tensor buffer) =>
        statistics.Keys.Select(n => KeyValuePair.Create(n, View(buffer, Layout.OfStatistic(n))));

    private static Tensor View(Tensor buffer, (long Offset, long[] Size) place)
    {
        using Tensor part = buffer.narrow(0, place.Offset, place.Size.Aggregate(1L, (x, y) => x * y));
        return part.view(place.Size);
    }

    private Tensor AttachGradients()
    {
        using IDisposable quiet = no_grad();
        Tensor buffer = zeros_like(Weights).DetachFromDisposeScope();
        foreach ((string name, Parameter parameter) in trained)
        {
            using Tensor view = View(buffer, Layout.OfTrained(name));
            parameter.grad = view;
        }

        return buffer;
    }

    private static Tensor Initial(Operator op, string name, long[] size, Generator generator) =>
        (op, name) switch
        {
            // He et al. (2015), with fan-out for convolutions, so that the size of gradients is preserved through
            // ReLUs.
            (ConvOperator c, "weight") => Normal(
                size,
                Math.Sqrt(2.0 / ((double)c.Filters / c.Groups * c.Kernel * c.Kernel)),
                generator
            ),
            (DenseOperator d, "weight") => Normal(size, Math.Sqrt((d.Units <= 16 ? 1.0 : 2.0) / d.Features), generator),
            (BatchNormOperator, "weight") => ones(size),
            (PReluOperator, _) => full(size, 0.25), // He et al. (2015)
            _ => zeros(size),
        };

    private static Tensor Normal(long[] size, double deviation, Generator generator)
    {
        using Tensor unit = randn(size, generator: generator);
        return unit.mul(deviation);
    }

    private Tensor Compute(int index, GraphNode node, Tensor x, Tensor[] values, Tensor image)
    {
        Tensor? Weight(string name) =>
            trained.TryGetValue($"{node.Name}.{name}", out Parameter? found) ? As(found, x) : null;

        switch (node.Operator)
        {
            case ConvOperator c:
                return ChannelsLast(Convolve(c, x, Weight("weight")!, Weight("bias")));

            case BatchNormOperator b:
                BeforeBatchNorm?.Invoke(node, x);
                // Scale, shift and statistics stay in single precision even if the input is bfloat16.
                return F.batch_norm(
                    x,
                    statistics[node.Name + ".runningMean"],
                    statistics[node.Name + ".runningVariance"],
                    trained[node.Name + ".weight"],
                    trained[node.Name + ".bias"],
                    training,
                    StatisticsMomentum ?? b.Momentum,
                    b.Epsilon
                );
            case ActivationOperator a:
                return Activate(a, x, inPlace[index]);
            case PoolOperator { IsSameUpper: true } p:
                return PoolSameUpper(p, x);
            case PoolOperator { Kind: PoolKind.Max } p when p.Padding.IsUniform:
                return F.max_pool2d(x, [p.Size, p.Size], [p.Stride, p.Stride], [p.Padding.Top, p.Padding.Left]);
            case PoolOperator p when p.Padding.IsUniform:
                return F.avg_pool2d(
                    x,
                    [p.Size, p.Size],
                    [p.Stride, p.Stride],
                    [p.Padding.Top, p.Padding.Left],
                    count_include_pad: false
                );
            case PReluOperator { PerValue: false }:
                return F.prelu(x, Weight("weight")!);
            case PReluOperator p when !p.Input.IsFlat && (x.shape[2] != p.Input.Height || x.shape[3] != p.Input.Width):
                throw new TrainingException(
                    ErrorKind.BadUsage,
                    "badRecipe",
                    $"Layer '{node.Name}' (prelu with perValue) has slopes "
                        + $"for {p.Input.Height}×{p.Input.Width} pixels and takes {x.shape[2]}×{x.shape[3]}: the "
                        + $"network cannot be trained at other sizes. Remove 'sizes' from the recipe."
                );
            case PReluOperator p:
            {
                using Tensor slopes = p.Input.IsFlat
                    ? Weight("weight")!.alias()
                    : Weight("weight")!.view(p.Input.Channels, p.Input.Height, p.Input.Width);
                using Tensor under = x.clamp(max: 0);
                using Tensor scaled = under.mul(slopes);
                using Tensor over = x.relu();
                return over.add(scaled);
            }

            case ZeroPadOperator z:
                return Pad(x, z.Padding);
            case GlobalAveragePoolOperator:
                // From here to the logits in single precision.
                return x.mean([2, 3], type: ScalarType.Float32);
            case FlattenOperator f:
                return Flatten(x.to(ScalarType.Float32), f.Input);
            case DenseOperator:
                return F.linear(x, Weight("weight")!, Weight("bias")!);
            case DropoutOperator d:
                if (!training || d.Rate == 0)
                {
                    return x.alias();
                }

                using (
                    Tensor mask = DropoutMask.Like(
                        x,
                        d.Rate,
                        SeededRandom.For(DropoutSeed, RandomPurpose.Dropout, DropoutStep, index)
                    )
                )
                {
                    return x.mul(mask);
                }

            case AddOperator:
            {
                Tensor sum = x;
                foreach (int other in node.Inputs.Skip(1))
                {
                    sum = sum.add(other < 0 ? image : values[other]);
                }

                return sum;
            }

            case ConcatOperator:
                return cat([.. node.Inputs.Select(i => i < 0 ? image : values[i])], 1);
            case ChannelScaleOperator:
            {
                using Tensor gate = values[node.Inputs[1]].unsqueeze(-1);
                using Tensor picture = gate.unsqueeze(-1);
                return x.mul(As(picture, x));
            }

            default:
                throw new TrainingException(
                    ErrorKind.Internal,
                    "unsupportedOperator",
                    $"Layer '{node.Name}' ({node.Type}) cannot be trained."
                );
        }
    }

    private static Tensor As(Tensor value, Tensor other) => value.dtype == other.dtype ? value : value.to(other.dtype);

    /// <summary>
    /// Converts to channels-last in bfloat16, where libtorch pools such tensors about twenty times and normalises them
    /// about three times as fast as channels-first ones. Operators keep the layout of their input.
    /// </summary>
    private Tensor ChannelsLast(Tensor picture)
    {
        if (Precision != TrainingPrecision.Bfloat16)
        {
            return picture;
        }

        using (picture)
        {
            return LayChannelsLast(picture);
        }
    }

    private static Tensor Activate(ActivationOperator activation, Tensor x, bool inPlace) =>
        activation.Function switch
        {
            ActivationFunction.Relu => inPlace ? x.relu_() : x.relu(),
            ActivationFunction.Relu6 => F.relu6(x),
            ActivationFunction.Selu => F.selu(x),
            ActivationFunction.LeakyRelu => F.leaky_relu(x, activation.Alpha),
            ActivationFunction.Elu => F.elu(x, activation.Alpha),
            ActivationFunction.Silu => F.silu(x),
            ActivationFunction.HardSwish => F.hardswish(x),
            ActivationFunction.Sigmoid => x.sigmoid(),
            ActivationFunction.Tanh => x.tanh(),
            _ => throw new ArgumentOutOfRangeException(nameof(activation)),
        };

    private static Tensor Pad(Tensor x, Padding padding, double value = 0) =>
        F.pad(x, [padding.Left, padding.Right, padding.Top, padding.Bottom], PaddingModes.Constant, value);

    // libtorch pads opposite sides equally, so the padding is added first. Padding with −∞ never wins a maximum. For a
    // mean, the mean over the zero-padded input is divided by the share of the window that is inside.
    private static Tensor PoolSameUpper(PoolOperator pool, Tensor x)
    {
        Padding padding = Padding.SameUpper(x.shape[2], x.shape[3], pool.Size, pool.Stride);
        if (pool.Kind == PoolKind.Max)
        {
            using Tensor lowest = Pad(x, padding, double.NegativeInfinity);
            return F.max_pool2d(lowest, [pool.Size, pool.Size], [pool.Stride, pool.Stride]);
        }

        using Tensor padded = Pad(x, padding);
        using Tensor inside = ones([1, 1, x.shape[2], x.shape[3]], device: x.device);
        using Tensor insidePadded = Pad(inside, padding);
        using Tensor means = F.avg_pool2d(padded, [pool.Size, pool.Size], [pool.Stride, pool.Stride]);
        using Tensor shares = F.avg_pool2d(insidePadded, [pool.Size, pool.Size], [pool.Stride, pool.Stride]);
        return means.div(shares);
    }

    private static Tensor Flatten(Tensor x, TensorShape expected)
    {
        if (x.shape[2] == expected.Height && x.shape[3] == expected.Width)
        {
            return x.flatten(1);
        }

        using Tensor resized = F.interpolate(
            x,
            [expected.Height, expected.Width],
            mode: InterpolationMode.Bilinear,
            align_corners: false
        );
        return resized.flatten(1);
    }
}
