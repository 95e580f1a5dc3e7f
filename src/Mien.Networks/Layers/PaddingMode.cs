namespace Mien.Networks;

/// <summary>The padding around a feature map that a window slides over.</summary>
internal enum PaddingMode
{
    /// <summary>⌊window / 2⌋ pixels on each side: zeros for a convolution, not counted for pooling.</summary>
    Same,

    /// <summary>No padding: the window stays inside.</summary>
    Valid,

    /// <summary>
    /// Enough padding to make the output ⌈side / stride⌉, with an odd pixel below and to the right: TensorFlow's
    /// 'same', ONNX's <c>SAME_UPPER</c>. With stride 2 it depends on the input's side and often differs between the two
    /// sides.
    /// </summary>
    SameUpper,
}
