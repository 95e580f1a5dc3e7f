using System.Collections.Concurrent;

namespace Mien;

/// <summary>
/// A table of a resampling kernel's weights for the target pixels around a source pixel. The phase, the position of the
/// source pixel between two target pixels, is quantised to 1/1024 pixel, which changes no weight by more than 0.001 and
/// avoids computing the kernel per pixel. Immutable.
/// </summary>
internal sealed class KernelPhases
{
    /// <summary>
    /// Values per phase: room for the widest kernel (Lanczos, six weights), with each weight stored twice; unused
    /// values are 0.
    /// </summary>
    public const int Lanes = 16;

    private const int Phases = 1024;

    private static readonly ConcurrentDictionary<ResizeKernel, KernelPhases> All = [];

    private readonly float[] weights = new float[(Phases + 1) * Lanes];

    private KernelPhases(ResizeKernel kernel)
    {
        // Nearest neighbour is not defined for splatting; the box kernel is the closest equivalent.
        kernel = kernel == ResizeKernel.Nearest ? ResizeKernel.Box : kernel;
        Radius = (int)Math.Ceiling(ResampleWeights.Radius(kernel));
        for (int phase = 0; phase <= Phases; phase++)
        {
            for (int i = 0; i < Radius * 2; i++)
            {
                int at = (phase * Lanes) + (i * 2);
                weights[at] = weights[at + 1] = (float)
                    ResampleWeights.Kernel(kernel, i - (Radius - 1) - ((double)phase / Phases));
            }
        }
    }

    /// <summary>
    /// The kernel's radius in target pixels, rounded up, 1 to 3. A source pixel contributes to 2 × Radius target pixels
    /// per axis.
    /// </summary>
    public int Radius { get; }

    /// <summary>Gets the table of a kernel, computed at its first use. Thread-safe.</summary>
    public static KernelPhases Of(ResizeKernel kernel) => All.GetOrAdd(kernel, k => new KernelPhases(k));

    /// <summary>
    /// Gets the weights of the target pixels n − (Radius − 1) … n + Radius for a source pixel at n + fraction. Each
    /// weight is stored twice, so that one multiplication updates the sum of the values and the sum of the weights,
    /// which are interleaved in one register.
    /// </summary>
    /// <param name="fraction">The phase, 0..1.</param>
    /// <returns>A reference to the first of <see cref="Lanes"/> values.</returns>
    public ref readonly float At(float fraction) => ref weights[(int)((fraction * Phases) + 0.5f) * Lanes];
}
