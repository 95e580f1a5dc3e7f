namespace Mien.Keras;

/// <summary>A Keras model, sequential or functional, as layers that refer to their inputs.</summary>
/// <param name="Name">Its name inside the file.</param>
/// <param name="Layers">The layers in the order of the file, without the input layers.</param>
/// <param name="Inputs">The references to the model's inputs in <see cref="KerasLayer.Uses"/>.</param>
/// <param name="Outputs">The model's outputs.</param>
/// <param name="InputShape">
/// The shape of the (first) input without the batch, with <c>null</c> for open sides; <c>null</c> if it is not given.
/// </param>
/// <param name="InputLayer">The place of that shape in the file, for messages.</param>
internal sealed record KerasGraph(
    string Name,
    IReadOnlyList<KerasLayer> Layers,
    IReadOnlyList<TensorReference> Inputs,
    IReadOnlyList<TensorReference> Outputs,
    IReadOnlyList<int?>? InputShape,
    string? InputLayer
)
{
    /// <summary>All layers that are not models, with those of nested models in their place.</summary>
    public IEnumerable<KerasLayer> Leaves => Layers.SelectMany(l => l.Nested is { } nested ? nested.Leaves : [l]);
}
