namespace Mien.Keras;

/// <summary>An output of a layer, as Keras names it.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Node">Which use of the layer, from 0: a shared layer has several.</param>
/// <param name="Tensor">Which output of that use.</param>
internal readonly record struct TensorReference(string Layer, int Node, int Tensor);
