namespace Mien.Testing;

/// <summary>How a model is laid out in its file: what Keras's versions and their users vary.</summary>
public sealed record KerasForm
{
    /// <summary>As <c>save_weights</c> writes it: no <c>model_config</c>, and the layers at the root.</summary>
    public bool WeightsOnly { get; init; }

    /// <summary>Chunked, shuffled and compressed with gzip.</summary>
    public bool Compressed { get; init; }

    /// <summary>A sequential model's configuration as a bare list of layers, as Keras 2.0 to 2.2.2 wrote it.</summary>
    public bool BareList { get; init; }

    /// <summary>2, 4 or 8 bytes a weight.</summary>
    public int Bytes { get; init; } = 4;

    /// <summary>With what an optimiser leaves behind.</summary>
    public bool Optimizer { get; init; }

    public string? KerasVersion { get; init; } = "2.2.4";

    /// <summary>
    /// <c>layer_names</c> and <c>weight_names</c> in parts, as Keras writes them where they are long.
    /// </summary>
    public bool SplitNames { get; init; }

    /// <summary>An InputLayer instead of <c>batch_input_shape</c> in the first layer.</summary>
    public bool HasInputLayer { get; init; }

    /// <summary>
    /// Tensors are called otherwise than their layers, as TensorFlow does it on a second loading:
    /// <c>conv2d_1_1/kernel:0</c>.
    /// </summary>
    public bool InnerNames { get; init; }

    /// <summary>Layers in the weights are called otherwise, as in another session.</summary>
    public bool OtherSession { get; init; }

    /// <summary>Leaves the sides of the input open.</summary>
    public bool OpenInput { get; init; }

    /// <summary>References between layers and layers' kinds as Keras 3 writes them into HDF5.</summary>
    public bool Keras3 { get; init; }
}
