namespace Mien;

/// <summary>The source pixels that each target pixel of one side is made of, and their weights. Immutable.</summary>
internal sealed class ResampleWeights
{
    /// <summary>A pixel centre on a kernel's edge belongs to one side, whatever the rounding of its place.</summary>
    private const double Tie = 1e-9;

    private readonly int[] firsts;
    private readonly int[] counts;
    private readonly float[] weights;
    private readonly int stride;

    /// <summary>Computes them for one side.</summary>
    /// <param name="source">The side's length in the source, in pixels.</param>
    /// <param name="target">The side's length in the target, in pixels.</param>
    /// <param name="kernel">Any kernel but the nearest pixel.</param>
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

    /// <summary>The weights of one target pixel, which sum to 1.</summary>
    /// <param name="target">The target pixel.</param>
    /// <param name="first">The source pixel of the first weight.</param>
    public ReadOnlySpan<float> Of(int target, out int first)
    {
        first = firsts[target];
        return weights.AsSpan(target * stride, counts[target]);
    }

    /// <summary>How far a kernel reaches, in pixels of the coarser picture.</summary>
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

    /// <summary>A kernel's value.</summary>
    internal static double Kernel(ResizeKernel kernel, double x)
    {
        bool inBox = x is > -0.5 + Tie and <= 0.5 + Tie; // half open as in Pillow, so that no pixel counts twice
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
