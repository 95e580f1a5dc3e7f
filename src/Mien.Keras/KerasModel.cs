using Mien.Networks;

namespace Mien.Keras;

/// <summary>
/// An imported model: a network, its weights, and further information from the file. Immutable except for the arrays of
/// the weights.
/// </summary>
internal sealed record KerasModel
{
    /// <summary>
    /// The network up to its logits. A final softmax or sigmoid is removed and given by <see cref="FinalActivation"/>.
    /// This network can be fine-tuned.
    /// </summary>
    public required NetworkDescription Network { get; init; }

    /// <summary>The weights of <see cref="Network"/>, in Mien's order.</summary>
    public required NetworkWeights Weights { get; init; }

    /// <summary>The final activation of the Keras model.</summary>
    public required KerasFinalActivation FinalActivation { get; init; }

    /// <summary>The version of Keras in the file, such as <c>2.2.4</c>, or <c>null</c>.</summary>
    public string? KerasVersion { get; init; }

    /// <summary>The backend in the file, such as <c>tensorflow</c>, or <c>null</c>.</summary>
    public string? Backend { get; init; }

    /// <summary>
    /// The number of Keras layers by type, in the order in which the types first appear; layers of nested models are
    /// included, models and inputs are not.
    /// </summary>
    public required IReadOnlyList<KeyValuePair<string, int>> LayerTypes { get; init; }

    /// <summary>The number of Keras layers: the sum of <see cref="LayerTypes"/>.</summary>
    public int LayerCount => LayerTypes.Sum(t => t.Value);

    /// <summary>
    /// Where the file states the input's size, such as <c>layer 'input_1'</c>, or <c>null</c> if the size was passed as
    /// an option.
    /// </summary>
    public string? InputSource { get; init; }

    /// <summary>
    /// The number of input channels of the Keras model: 1, or 3 for colour. <see cref="Network"/> takes gray images in
    /// either case and gives all three channels the same gray value.
    /// </summary>
    public required int InputChannels { get; init; }

    /// <summary>
    /// The scaling by a <c>Rescaling</c> layer at the model's start, input × scale + offset, or <c>null</c> if there is
    /// none. It is not part of <see cref="Network"/>: pixels must be scaled with it before.
    /// </summary>
    public (double Scale, double Offset)? Rescaling { get; init; }

    /// <summary>Messages about what was left out or changed without changing the predictions; often empty.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// The output kind in the contract: logits if the Keras model ends with softmax or nothing, probabilities if it
    /// ends with sigmoids, whose values are normalised to sum to 1 in results.
    /// </summary>
    public ModelOutput Output =>
        FinalActivation == KerasFinalActivation.Sigmoid ? ModelOutput.Probabilities : ModelOutput.Logits;

    /// <summary>
    /// The network for prediction: <see cref="Network"/>, followed by sigmoids if the Keras model ends with them. It
    /// has the same <see cref="Weights"/>.
    /// </summary>
    public NetworkDescription PredictingNetwork =>
        FinalActivation == KerasFinalActivation.Sigmoid
            ? Network with
            {
                Layers = [.. Network.Layers, new SigmoidLayer { Name = "finalSigmoid" }],
            }
            : Network;
}
