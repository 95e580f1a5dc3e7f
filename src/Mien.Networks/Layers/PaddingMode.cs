namespace Mien.Networks;

/// <summary>What lies around a picture that a window slides over.</summary>
internal enum PaddingMode
{
    /// <summary>⌊window / 2⌋ pixels on each side: zeros for a convolution, nothing that counts for pooling.</summary>
    Same,

    /// <summary>Nothing: the window stays inside.</summary>
    Valid,

    /// <summary>
    /// As much as makes the output ⌈side / stride⌉, an odd pixel below and to the right: TensorFlow's 'same', ONNX's
    /// <c>SAME_UPPER</c>. With stride 2 it depends on the input's side and is often not alike on both sides.
    /// </summary>
    SameUpper,
}
