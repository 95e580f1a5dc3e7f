using System.Text.Json.Serialization;

namespace Mien.Networks;

/// <summary>
/// One layer of a network description in its JSON form; <c>type</c> selects the class. Layers follow one another unless
/// <see cref="Inputs"/> says otherwise.
/// </summary>
[JsonPolymorphic(
    TypeDiscriminatorPropertyName = "type",
    UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization
)]
[JsonDerivedType(typeof(ConvLayer), "conv")]
[JsonDerivedType(typeof(DepthwiseConvLayer), "depthwiseConv")]
[JsonDerivedType(typeof(BatchNormLayer), "batchNorm")]
[JsonDerivedType(typeof(ReluLayer), "relu")]
[JsonDerivedType(typeof(Relu6Layer), "relu6")]
[JsonDerivedType(typeof(LeakyReluLayer), "leakyRelu")]
[JsonDerivedType(typeof(PReluLayer), "prelu")]
[JsonDerivedType(typeof(EluLayer), "elu")]
[JsonDerivedType(typeof(SeluLayer), "selu")]
[JsonDerivedType(typeof(SiluLayer), "silu")]
[JsonDerivedType(typeof(HardSwishLayer), "hardSwish")]
[JsonDerivedType(typeof(SigmoidLayer), "sigmoid")]
[JsonDerivedType(typeof(TanhLayer), "tanh")]
[JsonDerivedType(typeof(ZeroPadLayer), "zeroPad")]
[JsonDerivedType(typeof(MaxPoolLayer), "maxPool")]
[JsonDerivedType(typeof(AveragePoolLayer), "averagePool")]
[JsonDerivedType(typeof(GlobalAveragePoolLayer), "globalAveragePool")]
[JsonDerivedType(typeof(FlattenLayer), "flatten")]
[JsonDerivedType(typeof(DenseLayer), "dense")]
[JsonDerivedType(typeof(DropoutLayer), "dropout")]
[JsonDerivedType(typeof(AddLayer), "add")]
[JsonDerivedType(typeof(ConcatLayer), "concat")]
[JsonDerivedType(typeof(ChannelScaleLayer), "channelScale")]
[JsonDerivedType(typeof(ResidualLayer), "residual")]
[JsonDerivedType(typeof(SqueezeExcitationLayer), "squeezeExcitation")]
internal abstract record LayerDescription
{
    /// <summary>
    /// The layer's name, unique in the network; <c>null</c> uses its type and a running number, such as <c>conv2</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Names of the layers whose outputs this one takes (<c>input</c> is the image); <c>null</c> uses the layer before.
    /// </summary>
    public IReadOnlyList<string>? Inputs { get; init; }
}

/// <summary>A layer with a sliding window.</summary>
internal abstract record WindowLayer : LayerDescription
{
    /// <summary>
    /// <c>same</c> (default of convolutions) pads ⌊window / 2⌋ pixels on each side, so that odd windows with stride 1
    /// keep the size (even ones add a pixel). <c>valid</c> (default of pooling) does not pad. <c>sameUpper</c> pads as
    /// TensorFlow does.
    /// </summary>
    public PaddingMode? Padding { get; init; }
}

/// <summary>A convolution over all input channels (or groups of them).</summary>
internal sealed record ConvLayer : WindowLayer
{
    /// <summary>Output channels.</summary>
    public required int Filters { get; init; }

    /// <summary>Side of the square window; default 3.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Stride of the window; default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Whether a bias is added; default true. Redundant before a batch norm.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Number of channel groups, each convolved separately; default 1.</summary>
    public int Groups { get; init; } = 1;
}

/// <summary>A convolution of each channel separately.</summary>
internal sealed record DepthwiseConvLayer : WindowLayer
{
    /// <summary>Side of the square window; default 3.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Stride of the window; default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Output channels per input channel; default 1.</summary>
    public int Multiplier { get; init; } = 1;

    /// <summary>Whether a bias is added; default true.</summary>
    public bool Bias { get; init; } = true;
}

/// <summary>Batch normalisation over each channel (Ioffe and Szegedy, 2015), with learned scale and shift.</summary>
internal sealed record BatchNormLayer : LayerDescription
{
    /// <summary>Added to the variance; default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>
    /// The weight of the current batch in the running mean and variance; default 0.1 (Keras's momentum 0.9).
    /// </summary>
    public double Momentum { get; init; } = 0.1;
}

/// <summary>A layer that applies one function to every value.</summary>
internal abstract record ActivationLayer : LayerDescription;

/// <summary>max(0, x).</summary>
internal sealed record ReluLayer : ActivationLayer;

/// <summary>min(max(0, x), 6) (Howard et al., 2017).</summary>
internal sealed record Relu6Layer : ActivationLayer;

/// <summary>x where x &gt; 0, slope · x elsewhere.</summary>
internal sealed record LeakyReluLayer : ActivationLayer
{
    /// <summary>The slope for negative values; default 0.01.</summary>
    public double Slope { get; init; } = 0.01;
}

/// <summary>x where x &gt; 0, slope · x elsewhere, with learned slopes (He et al., 2015).</summary>
internal sealed record PReluLayer : LayerDescription
{
    /// <summary>
    /// Whether there is one slope per value (location and channel) instead of one per channel or feature (default).
    /// </summary>
    public bool PerValue { get; init; }
}

/// <summary>x where x &gt; 0, alpha · (eˣ − 1) elsewhere (Clevert et al., 2016).</summary>
internal sealed record EluLayer : ActivationLayer
{
    /// <summary>Minus the limit for x → −∞; default 1.</summary>
    public double Alpha { get; init; } = 1;
}

/// <summary>1.0507 · x where x &gt; 0, 1.0507 · 1.6733 · (eˣ − 1) elsewhere (Klambauer et al., 2017).</summary>
internal sealed record SeluLayer : ActivationLayer;

/// <summary>x · sigmoid(x), also called swish.</summary>
internal sealed record SiluLayer : ActivationLayer;

/// <summary>x · min(max(x + 3, 0), 6) / 6 (Howard et al., 2019).</summary>
internal sealed record HardSwishLayer : ActivationLayer;

/// <summary>1 / (1 + e⁻ˣ).</summary>
internal sealed record SigmoidLayer : ActivationLayer;

/// <summary>The hyperbolic tangent.</summary>
internal sealed record TanhLayer : ActivationLayer;

/// <summary>Zero padding around a feature map.</summary>
internal sealed record ZeroPadLayer : LayerDescription
{
    /// <summary>Rows above; default 0.</summary>
    public int Top { get; init; }

    /// <summary>Columns to the left; default 0.</summary>
    public int Left { get; init; }

    /// <summary>Rows below; default 0.</summary>
    public int Bottom { get; init; }

    /// <summary>Columns to the right; default 0.</summary>
    public int Right { get; init; }
}

/// <summary>The largest value of each window.</summary>
internal sealed record MaxPoolLayer : WindowLayer
{
    /// <summary>Side of the square window; default 2.</summary>
    public int Size { get; init; } = 2;

    /// <summary>Stride of the window; <c>null</c> uses <see cref="Size"/>.</summary>
    public int? Stride { get; init; }
}

/// <summary>The mean of each window; the padding is not counted.</summary>
internal sealed record AveragePoolLayer : WindowLayer
{
    /// <summary>Side of the square window; default 2.</summary>
    public int Size { get; init; } = 2;

    /// <summary>Stride of the window; <c>null</c> uses <see cref="Size"/>.</summary>
    public int? Stride { get; init; }
}

/// <summary>The mean of each channel: [N, C, H, W] becomes [N, C].</summary>
internal sealed record GlobalAveragePoolLayer : LayerDescription;

/// <summary>[N, C, H, W] becomes [N, C·H·W], in channel-first order.</summary>
internal sealed record FlattenLayer : LayerDescription;

/// <summary>A fully connected layer: [N, features] becomes [N, units].</summary>
internal sealed record DenseLayer : LayerDescription
{
    /// <summary>Output features.</summary>
    public required int Units { get; init; }

    /// <summary>Whether a bias is added; default true.</summary>
    public bool Bias { get; init; } = true;
}

/// <summary>Sets values to zero at random in training and scales the rest up (Srivastava et al., 2014).</summary>
internal sealed record DropoutLayer : LayerDescription
{
    /// <summary>The share that is dropped, at least 0 and less than 1.</summary>
    public required double Rate { get; init; }
}

/// <summary>The sum of its inputs, which have equal shapes.</summary>
internal sealed record AddLayer : LayerDescription;

/// <summary>The concatenation of its inputs along the channels.</summary>
internal sealed record ConcatLayer : LayerDescription;

/// <summary>
/// Multiplies each channel of its first input, a feature map, by one feature of its second, a flat tensor. <see
/// cref="SqueezeExcitationLayer"/> ends with this; the layer exists for gates that are computed in another way.
/// </summary>
internal sealed record ChannelScaleLayer : LayerDescription;

/// <summary>
/// A residual block: activation(body(x) + shortcut(x)). Without <see cref="Shortcut"/> the input itself is added where
/// the shapes agree; otherwise a 1×1 convolution with batch norm converts it to the body's shape (He et al., 2015,
/// option B).
/// </summary>
internal sealed record ResidualLayer : LayerDescription
{
    /// <summary>The layers of the body.</summary>
    public required IReadOnlyList<LayerDescription> Body { get; init; }

    /// <summary>The layers of the shortcut; an empty list is the identity.</summary>
    public IReadOnlyList<LayerDescription>? Shortcut { get; init; }

    /// <summary>Whether a ReLU follows the sum; default true.</summary>
    public bool Relu { get; init; } = true;
}

/// <summary>
/// Squeeze-and-excitation (Hu et al., 2018): each channel is scaled by a gate that is computed from the means of all
/// channels (dense, ReLU, dense, sigmoid).
/// </summary>
internal sealed record SqueezeExcitationLayer : LayerDescription
{
    /// <summary>
    /// The reduction of the gate's hidden layer, which has channels / reduction features, at least 1; default 16.
    /// </summary>
    public int Reduction { get; init; } = 16;
}
