namespace Mien.Lab;

/// <summary>
/// The library's resizing along one axis as a matrix: it is linear, so that a graph can do exactly the same, with the
/// library's kernel and antialiasing.
/// </summary>
internal static class ResizeMatrix
{
    /// <summary>The matrix target × source, row by row.</summary>
    /// <param name="source">The length of the axis.</param>
    /// <param name="target">The length after resizing.</param>
    /// <param name="kernel">The kernel.</param>
    public static float[] Of(int source, int target, ResizeKernel kernel)
    {
        float[] matrix = new float[target * source];
        var weights = kernel == ResizeKernel.Nearest ? null : new ResampleWeights(source, target, kernel);
        for (int i = 0; i < target; i++)
        {
            if (source == target)
            {
                matrix[(i * source) + i] = 1;
            }
            else if (weights is null)
            {
                matrix[(i * source) + (int)(((2L * i) + 1) * source / (2L * target))] = 1;
            }
            else
            {
                weights.Of(i, out int first).CopyTo(matrix.AsSpan((i * source) + first));
            }
        }

        return matrix;
    }

    /// <summary>The matrix source × target.</summary>
    /// <param name="source">The length of the axis.</param>
    /// <param name="target">The length after resizing.</param>
    /// <param name="kernel">The kernel.</param>
    public static float[] Transposed(int source, int target, ResizeKernel kernel)
    {
        float[] matrix = Of(source, target, kernel);
        float[] turned = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            turned[(i % source * target) + (i / source)] = matrix[i];
        }

        return turned;
    }
}
