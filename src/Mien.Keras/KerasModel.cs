using Mien.Networks;

namespace Mien.Keras;

/// <summary>
/// An imported model: a network, its weights, and what the file says besides. Immutable but for the arrays in the
/// weights.
/// </summary>
internal sealed record KerasModel
{
    /// <summary>
    /// The network up to its logits: a softmax or sigmoid at the end is left out and stands in
    /// <see cref="FinalActivation"/>. This is what can be trained further.
    /// </summary>
    public required NetworkDescription Network { get; init; }

    /// <summary>The weights of <see cref="Network"/>, in Mien's order.</summary>
    public required NetworkWeights Weights { get; init; }

    /// <summary>What the Keras model does with the logits.</summary>
    public required KerasFinalActivation FinalActivation { get; init; }

    /// <summary>The version of Keras that the file names, such as <c>2.2.4</c>, or <c>null</c>.</summary>
    public string? KerasVersion { get; init; }

    /// <summary>The backend that the file names, such as <c>tensorflow</c>, or <c>null</c>.</summary>
    public string? Backend { get; init; }

    /// <summary>
    /// The Keras layers that were read, by type with their number, in the order in which the types first appear; those
    /// of nested models are included, models and inputs are not.
    /// </summary>
    public required IReadOnlyList<KeyValuePair<string, int>> LayerTypes { get; init; }

    /// <summary>The number of Keras layers that were read: the sum of <see cref="LayerTypes"/>.</summary>
    public int LayerCount => LayerTypes.Sum(t => t.Value);

    /// <summary>
    /// Where the file says the input's size, such as <c>layer 'input_1'</c>, or <c>null</c> where it was given.
    /// </summary>
    public string? InputSource { get; init; }

    /// <summary>
    /// Channels that the Keras model takes: 1, or 3 where it was made for colour. <see cref="Network"/> takes gray in
    /// either case and gives all three channels the same gray value.
    /// </summary>
    public required int InputChannels { get; init; }

    /// <summary>
    /// What a <c>Rescaling</c> layer at the model's start does, input × scale + offset, or <c>null</c> where there is
    /// none. It is left out of <see cref="Network"/>: pixels are to be brought to the network's input with it.
    /// </summary>
    public (double Scale, double Offset)? Rescaling { get; init; }

    /// <summary>
    /// What of the model was left out or changed without changing its predictions, in words; often empty.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// What the model file's contract says of its output: logits where the Keras model ends with softmax or nothing,
    /// probabilities where it ends with sigmoids, whose values are normalised to sum 1 when they are shown.
    /// </summary>
    public ModelOutput Output =>
        FinalActivation == KerasFinalActivation.Sigmoid ? ModelOutput.Probabilities : ModelOutput.Logits;

    /// <summary>
    /// The network as it predicts: <see cref="Network"/>, followed by the sigmoids where the Keras model ends with
    /// them. It takes the same <see cref="Weights"/>.
    /// </summary>
    public NetworkDescription PredictingNetwork =>
        FinalActivation == KerasFinalActivation.Sigmoid
            ? Network with
            {
                Layers = [.. Network.Layers, new SigmoidLayer { Name = "finalSigmoid" }],
            }
            : Network;
}
