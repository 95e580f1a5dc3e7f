using Mien.Networks;

namespace Mien.Keras;

/// <summary>What a Keras tensor is in the network that is being assembled.</summary>
/// <param name="Layer">The layer of the description that gives it; <c>input</c> is the image.</param>
/// <param name="Shape">Its shape as Keras sees it, channels first.</param>
internal sealed record TensorValue(string Layer, TensorShape Shape)
{
    /// <summary>The image, which is brought to its range outside the network.</summary>
    public const string ImageLayer = "input";

    /// <summary>
    /// Of a flat tensor: the place here of Keras's feature i. Keras flattens channels last, the description channels
    /// first. <c>null</c>: the same place.
    /// </summary>
    public int[]? Order { get; init; }

    /// <summary>Keras sees a picture of one pixel, made of features by Reshape; here it stays flat.</summary>
    public bool IsColumn { get; init; }

    /// <summary>Keras sees three channels, the network has the one gray channel.</summary>
    public bool IsReplicated { get; init; }

    /// <summary>Of the image: a Rescaling layer was applied, which the contract does instead.</summary>
    public bool IsRescaled { get; init; }

    /// <summary>
    /// A softmax or sigmoid that is still to be applied, since it may turn out to be the model's end.
    /// </summary>
    public KerasFinalActivation Pending { get; init; }

    /// <summary>The name of the layer that <see cref="Pending"/> comes from.</summary>
    public string? PendingName { get; init; }

    public int PlaceOf(int feature) => Order is null ? feature : Order[feature];
}
