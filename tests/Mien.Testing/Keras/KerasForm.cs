namespace Mien.Testing;

/// <summary>
/// The variants of the Keras file layout, which depend on the version of Keras and on how it was used.
/// </summary>
public sealed record KerasForm
{
    /// <summary>As <c>save_weights</c> writes it: no <c>model_config</c>, and the layers at the root.</summary>
    public bool WeightsOnly { get; init; }

    /// <summary>Chunked, shuffled and compressed with gzip.</summary>
    public bool Compressed { get; init; }

    /// <summary>A sequential model's configuration as a bare list of layers, as Keras 2.0 to 2.2.2 wrote it.</summary>
    public bool BareList { get; init; }

    /// <summary>Bytes per weight: 2, 4 or 8.</summary>
    public int Bytes { get; init; } = 4;

    /// <summary>Whether the file contains the state of an optimiser.</summary>
    public bool Optimizer { get; init; }

    public string? KerasVersion { get; init; } = "2.2.4";

    /// <summary>
    /// <c>layer_names</c> and <c>weight_names</c> split into several attributes, as Keras writes long lists.
    /// </summary>
    public bool SplitNames { get; init; }

    /// <summary>An InputLayer instead of <c>batch_input_shape</c> in the first layer.</summary>
    public bool HasInputLayer { get; init; }

    /// <summary>
    /// Tensors have other names than their layers, as TensorFlow writes them after loading a model twice:
    /// <c>conv2d_1_1/kernel:0</c>.
    /// </summary>
    public bool InnerNames { get; init; }

    /// <summary>Layers have other names in the weights, as after another session.</summary>
    public bool OtherSession { get; init; }

    /// <summary>Leaves the sides of the input open.</summary>
    public bool OpenInput { get; init; }

    /// <summary>Layer references and layer types as Keras 3 writes them to HDF5.</summary>
    public bool Keras3 { get; init; }
}
