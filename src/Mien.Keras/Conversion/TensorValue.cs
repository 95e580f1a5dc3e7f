using Mien.Networks;

namespace Mien.Keras;

/// <summary>The counterpart of a Keras tensor in the network that is being assembled.</summary>
/// <param name="Layer">The layer of the description that computes it; <c>input</c> is the image.</param>
/// <param name="Shape">Its shape in Keras, written channels first.</param>
internal sealed record TensorValue(string Layer, TensorShape Shape)
{
    /// <summary>The name of the image, which is scaled outside the network.</summary>
    public const string ImageLayer = "input";

    /// <summary>
    /// For a flat tensor: the position of Keras's feature i in the description. Keras flattens channels last, the
    /// description channels first. <c>null</c> if the positions are equal.
    /// </summary>
    public int[]? Order { get; init; }

    /// <summary>
    /// Whether the tensor is a feature map of one pixel in Keras, made by Reshape; here it stays flat.
    /// </summary>
    public bool IsColumn { get; init; }

    /// <summary>Whether the tensor has three channels in Keras and one gray channel here.</summary>
    public bool IsReplicated { get; init; }

    /// <summary>For the image: whether a Rescaling layer was applied, which the contract does instead.</summary>
    public bool IsRescaled { get; init; }

    /// <summary>A softmax or sigmoid that is not applied yet, because it may be the end of the model.</summary>
    public KerasFinalActivation Pending { get; init; }

    /// <summary>The name of the layer that <see cref="Pending"/> comes from.</summary>
    public string? PendingName { get; init; }

    public int PlaceOf(int feature) => Order is null ? feature : Order[feature];
}
