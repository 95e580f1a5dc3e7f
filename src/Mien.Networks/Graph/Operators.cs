namespace Mien.Networks;

/// <summary>The computation of a node. Compound layers are already resolved into these.</summary>
internal abstract record Operator
{
    /// <summary>The weights by name (without the node's name), with their shapes.</summary>
    public virtual IReadOnlyList<WeightShape> Weights => [];
}

/// <summary>A named tensor of weights that belongs to an operator.</summary>
/// <param name="Name"><c>weight</c>, <c>bias</c>, <c>runningMean</c> or <c>runningVariance</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Trainable">False for the running statistics of a batch norm, which are not learned by gradient.</param>
internal sealed record WeightShape(string Name, IReadOnlyList<int> Shape, bool Trainable = true)
{
    /// <summary>The number of values.</summary>
    public long Elements => Shape.Aggregate(1L, (product, side) => product * side);
}

/// <summary>Padding around a feature map, in pixels.</summary>
/// <param name="Top">Above.</param>
/// <param name="Left">To the left.</param>
/// <param name="Bottom">Below.</param>
/// <param name="Right">To the right.</param>
internal readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Whether all four sides are equal.</summary>
    public bool IsUniform => Top == Left && Left == Bottom && Bottom == Right;

    /// <summary>
    /// The padding that makes a window's output side ⌈side / stride⌉, with an odd pixel below and to the right:
    /// TensorFlow's 'same' (tf.nn, "Notes on padding"), ONNX's SAME_UPPER.
    /// </summary>
    /// <param name="height">Rows of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="window">Side of the window.</param>
    /// <param name="stride">Stride of the window.</param>
    /// <returns>The padding.</returns>
    public static Padding SameUpper(long height, long width, int window, int stride)
    {
        long rows = Total(height),
            columns = Total(width);
        return new Padding(
            (int)(rows / 2),
            (int)(columns / 2),
            (int)(rows - (rows / 2)),
            (int)(columns - (columns / 2))
        );

        long Total(long side) => Math.Max(0, ((((side + stride - 1) / stride) - 1) * stride) + window - side);
    }
}

/// <summary>Convolution; weight [filters, channels / groups, kernel, kernel].</summary>
/// <param name="Channels">Input channels.</param>
/// <param name="Filters">Output channels.</param>
/// <param name="Kernel">Side of the window.</param>
/// <param name="Stride">Stride of the window.</param>
/// <param name="Padding">Zeros around the feature map.</param>
/// <param name="Groups">Number of channel groups.</param>
/// <param name="Bias">Whether there is a bias.</param>
internal sealed record ConvOperator(
    int Channels,
    int Filters,
    int Kernel,
    int Stride,
    Padding Padding,
    int Groups,
    bool Bias
) : Operator
{
    /// <summary>
    /// Whether the padding depends on the input's size through <see cref="Padding.SameUpper"/>; the padding here is
    /// that for the network's own input size.
    /// </summary>
    public bool IsSameUpper { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightShape> Weights
    {
        get
        {
            var weight = new WeightShape("weight", [Filters, Channels / Groups, Kernel, Kernel]);
            return Bias ? [weight, new WeightShape("bias", [Filters])] : [weight];
        }
    }
}

/// <summary>Batch normalisation over channels or features.</summary>
/// <param name="Channels">Channels or features.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">The weight of the current batch in the running statistics.</param>
internal sealed record BatchNormOperator(int Channels, double Epsilon, double Momentum) : Operator
{
    /// <inheritdoc/>
    public override IReadOnlyList<WeightShape> Weights =>
        [
            new("weight", [Channels]),
            new("bias", [Channels]),
            new("runningMean", [Channels], Trainable: false),
            new("runningVariance", [Channels], Trainable: false),
        ];
}

/// <summary>An element-wise function.</summary>
/// <param name="Function">The function.</param>
/// <param name="Alpha">The slope of a leaky ReLU, the alpha of an ELU; unused by the others.</param>
internal sealed record ActivationOperator(ActivationFunction Function, double Alpha = 0) : Operator;

/// <summary>Maximum or mean of a sliding window.</summary>
/// <param name="Kind">Maximum or mean.</param>
/// <param name="Size">Side of the window.</param>
/// <param name="Stride">Stride of the window.</param>
/// <param name="Padding">The padding; it never wins a maximum and is not counted in a mean.</param>
internal sealed record PoolOperator(PoolKind Kind, int Size, int Stride, Padding Padding) : Operator
{
    /// <summary>
    /// Whether the padding depends on the input's size through <see cref="Padding.SameUpper"/>; the padding here is
    /// that for the network's own input size.
    /// </summary>
    public bool IsSameUpper { get; init; }
}

/// <summary>Zero padding around a feature map.</summary>
/// <param name="Padding">The number of pixels on each side.</param>
internal sealed record ZeroPadOperator(Padding Padding) : Operator;

/// <summary>
/// A leaky ReLU with learned slopes; weight [channels] or [features], or [channels · height · width] with one slope per
/// value.
/// </summary>
/// <param name="Input">The shape of the input.</param>
/// <param name="PerValue">Whether each value has its own slope.</param>
internal sealed record PReluOperator(TensorShape Input, bool PerValue) : Operator
{
    /// <inheritdoc/>
    public override IReadOnlyList<WeightShape> Weights =>
        // A vector, because vectors get no weight decay.
        [new("weight", [PerValue ? (int)Input.Elements : Input.Channels])];
}

/// <summary>The mean of each channel.</summary>
internal sealed record GlobalAveragePoolOperator : Operator;

/// <summary>Flattens channels, rows and columns into features in channel-first order.</summary>
/// <param name="Input">The shape that is flattened.</param>
internal sealed record FlattenOperator(TensorShape Input) : Operator;

/// <summary>A fully connected layer; weight [units, features].</summary>
/// <param name="Features">Input features.</param>
/// <param name="Units">Output features.</param>
/// <param name="Bias">Whether there is a bias.</param>
internal sealed record DenseOperator(int Features, int Units, bool Bias) : Operator
{
    /// <inheritdoc/>
    public override IReadOnlyList<WeightShape> Weights =>
        Bias ? [new("weight", [Units, Features]), new("bias", [Units])] : [new("weight", [Units, Features])];
}

/// <summary>Dropout in training; the identity otherwise.</summary>
/// <param name="Rate">The share that is dropped.</param>
internal sealed record DropoutOperator(double Rate) : Operator;

/// <summary>The sum of all inputs.</summary>
internal sealed record AddOperator : Operator;

/// <summary>The concatenation of all inputs along the channels.</summary>
internal sealed record ConcatOperator : Operator;

/// <summary>The first input, [N, C, H, W], with each channel multiplied by the second, [N, C].</summary>
internal sealed record ChannelScaleOperator : Operator;
