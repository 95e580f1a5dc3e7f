namespace Mien;

/// <summary>
/// For each target pixel along one axis, the source pixels it depends on and their weights. Immutable.
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>
    /// A tolerance in pixels: it makes the decision for pixel centres exactly on the edge of a kernel independent of
    /// rounding errors.
    /// </summary>
    private const double Tie = 1e-9;

    private readonly int[] firsts;
    private readonly int[] counts;
    private readonly float[] weights;
    private readonly int stride;

    /// <summary>Computes the weights for one axis.</summary>
    /// <param name="source">The length of the axis in the source, in pixels.</param>
    /// <param name="target">The length of the axis in the target, in pixels.</param>
    /// <param name="kernel">Any kernel except <see cref="ResizeKernel.Nearest"/>.</param>
    public ResampleWeights(int source, int target, ResizeKernel kernel)
    {
        double scale = (double)source / target;
        double widening = Math.Max(scale, 1);
        double support = Radius(kernel) * widening;
        stride = ((int)Math.Ceiling(support) * 2) + 1;
        firsts = new int[target];
        counts = new int[target];
        weights = new float[checked(target * stride)];
        double[] values = new double[stride];
        for (int i = 0; i < target; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)Math.Floor(centre - support + 0.5 + Tie));
            int end = Math.Min(source, (int)Math.Floor(centre + support + 0.5 + Tie));
            double sum = 0;
            for (int j = first; j < end; j++)
            {
                values[j - first] = Kernel(kernel, (j + 0.5 - centre) / widening);
                sum += values[j - first];
            }

            firsts[i] = first;
            counts[i] = end - first;
            for (int j = 0; j < end - first; j++)
            {
                weights[(i * stride) + j] = (float)(values[j] / sum);
            }
        }
    }

    /// <summary>Gets the weights of one target pixel, which sum to 1.</summary>
    /// <param name="target">The index of the target pixel.</param>
    /// <param name="first">The index of the source pixel of the first weight.</param>
    public ReadOnlySpan<float> Of(int target, out int first)
    {
        first = firsts[target];
        return weights.AsSpan(target * stride, counts[target]);
    }

    /// <summary>Gets the radius of a kernel, in pixels of the coarser image.</summary>
    internal static double Radius(ResizeKernel kernel) =>
        kernel switch
        {
            ResizeKernel.Box => 0.5,
            ResizeKernel.Bilinear => 1,
            ResizeKernel.Bicubic => 2,
            ResizeKernel.Lanczos => 3,
            _ => throw new ArgumentOutOfRangeException(
                nameof(kernel),
                kernel,
                "Expected one of the resampling kernels."
            ),
        };

    /// <summary>Evaluates a kernel at a distance in pixels of the coarser image.</summary>
    internal static double Kernel(ResizeKernel kernel, double x)
    {
        bool inBox = x is > -0.5 + Tie and <= 0.5 + Tie; // half-open as in Pillow, so that no pixel counts twice
        x = Math.Abs(x);
        return kernel switch
        {
            ResizeKernel.Box => inBox ? 1 : 0,
            ResizeKernel.Bilinear => Math.Max(0, 1 - x),

            // R. Keys, "Cubic convolution interpolation for digital image processing", 1981, with his a = -1/2.
            ResizeKernel.Bicubic => x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1
            : x < 2 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2
            : 0,

            // Duchon, "Lanczos filtering in one and two dimensions", 1979; three lobes.
            _ => x < 3 ? Sinc(x) * Sinc(x / 3) : 0,
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
