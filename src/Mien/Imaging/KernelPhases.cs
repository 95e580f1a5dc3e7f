using System.Collections.Concurrent;

namespace Mien;

/// <summary>
/// A resampling kernel's weights for the target pixels around a source pixel, tabulated by where between two target
/// pixels it lies, in steps of 1/1024 of a pixel (which changes no weight by more than 0.001). Immutable.
/// </summary>
internal sealed class KernelPhases
{
    /// <summary>
    /// Numbers a phase: room for the widest kernel, Lanczos with six weights, each twice; unused ones are 0.
    /// </summary>
    public const int Lanes = 16;

    private const int Phases = 1024;

    private static readonly ConcurrentDictionary<ResizeKernel, KernelPhases> All = [];

    private readonly float[] weights = new float[(Phases + 1) * Lanes];

    private KernelPhases(ResizeKernel kernel)
    {
        // The nearest pixel has no meaning for an area; the box is what comes nearest to it.
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

    /// <summary>The kernel's radius in whole target pixels, 1 to 3; twice as many target pixels get a weight.</summary>
    public int Radius { get; }

    /// <summary>The table of a kernel, made at its first use.</summary>
    public static KernelPhases Of(ResizeKernel kernel) => All.GetOrAdd(kernel, k => new KernelPhases(k));

    /// <summary>
    /// The weights of the target pixels n − (Radius − 1) … n + Radius for a source pixel at n + fraction, each of them
    /// twice: one adds to a sum and its twin to the sum of the weights, side by side in one register.
    /// </summary>
    /// <param name="fraction">0..1.</param>
    /// <returns>The first of <see cref="Lanes"/> numbers.</returns>
    public ref readonly float At(float fraction) => ref weights[(int)((fraction * Phases) + 0.5f) * Lanes];
}
