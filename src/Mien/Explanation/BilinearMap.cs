namespace Mien;

/// <summary>Samples a map at fractional positions. Thread-safe.</summary>
internal static class BilinearMap
{
    /// <summary>
    /// Interpolates bilinearly between the four surrounding values; positions outside are clamped to the edge.
    /// </summary>
    /// <param name="values">The map: rows × columns values, row by row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="y">The row; 0 is the first.</param>
    /// <param name="x">The column; 0 is the first.</param>
    public static float At(ReadOnlySpan<float> values, int rows, int columns, double y, double x)
    {
        y = Math.Clamp(y, 0, rows - 1);
        x = Math.Clamp(x, 0, columns - 1);
        (int top, int left) = ((int)y, (int)x);
        (int bottom, int right) = (Math.Min(top + 1, rows - 1), Math.Min(left + 1, columns - 1));
        (double down, double across) = (y - top, x - left);
        double above = (values[(top * columns) + left] * (1 - across)) + (values[(top * columns) + right] * across);
        double below =
            (values[(bottom * columns) + left] * (1 - across)) + (values[(bottom * columns) + right] * across);
        return (float)((above * (1 - down)) + (below * down));
    }
}
