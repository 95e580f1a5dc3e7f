namespace Mien.Keras;

/// <summary>A reference to an output of a layer in Keras's form.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Node">The use of the layer, from 0: a shared layer has several.</param>
/// <param name="Tensor">The index of the output of that use.</param>
internal readonly record struct TensorReference(string Layer, int Node, int Tensor);
