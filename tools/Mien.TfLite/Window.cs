namespace Mien.TfLite;

/// <summary>The window that a convolution or a pooling moves over an image.</summary>
/// <param name="Height">Its height.</param>
/// <param name="Width">Its width.</param>
/// <param name="StrideY">The vertical stride.</param>
/// <param name="StrideX">The horizontal stride.</param>
/// <param name="DilationY">The vertical distance of its rows.</param>
/// <param name="DilationX">The horizontal distance of its columns.</param>
/// <param name="IsSame">
/// Whether the padding is SAME: the output has side ÷ stride values, rounded up. Otherwise VALID: no padding.
/// </param>
internal readonly record struct Window(
    int Height,
    int Width,
    int StrideY,
    int StrideX,
    int DilationY,
    int DilationX,
    bool IsSame
)
{
    /// <summary>Computes the padding in the order of ONNX: top, left, bottom, right.</summary>
    /// <param name="height">The height of the image.</param>
    /// <param name="width">The width of the image.</param>
    public long[] Pads(int height, int width)
    {
        if (!IsSame)
        {
            return [0, 0, 0, 0];
        }

        (int top, int bottom) = Pads(height, Height, StrideY, DilationY);
        (int left, int right) = Pads(width, Width, StrideX, DilationX);
        return [top, left, bottom, right];
    }

    // TensorFlow pads only what the last window lacks and puts the odd pixel at the end, so a window of 3 with stride
    // 2 has no padding at the beginning of an even side.
    private static (int Before, int After) Pads(int side, int window, int stride, int dilation)
    {
        int covered = ((window - 1) * dilation) + 1;
        int outputs = (side + stride - 1) / stride;
        int total = Math.Max(0, ((outputs - 1) * stride) + covered - side);
        return (total / 2, total - (total / 2));
    }
}
