namespace Mien.Keras;

/// <summary>A Keras model: sequential or functional, both as layers that name what they take.</summary>
/// <param name="Name">Its name inside the file.</param>
/// <param name="Layers">In the order of the file, without the input layers.</param>
/// <param name="Inputs">What stands for the model's inputs in <see cref="KerasLayer.Uses"/>.</param>
/// <param name="Outputs">What the model gives.</param>
/// <param name="InputShape">
/// The shape of the (first) input without the batch, <c>null</c> for open sides; <c>null</c> where nothing says it.
/// </param>
/// <param name="InputLayer">Where that shape stands, in words.</param>
internal sealed record KerasGraph(
    string Name,
    IReadOnlyList<KerasLayer> Layers,
    IReadOnlyList<TensorReference> Inputs,
    IReadOnlyList<TensorReference> Outputs,
    IReadOnlyList<int?>? InputShape,
    string? InputLayer
)
{
    /// <summary>All layers that are no models, those of nested models in their place.</summary>
    public IEnumerable<KerasLayer> Leaves => Layers.SelectMany(l => l.Nested is { } nested ? nested.Leaves : [l]);
}
