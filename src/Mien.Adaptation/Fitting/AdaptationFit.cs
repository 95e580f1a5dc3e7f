namespace Mien.Adaptation;

/// <summary>
/// Fits a head to labelled faces, pulled towards the old answer, and measures it on faces that the measured fit has not
/// seen. Deterministic for a seed, whatever the number of threads. Thread-safe.
/// </summary>
internal static class AdaptationFit
{
    /// <summary>Chooses the pull, fits on all faces, calibrates, and sets the guard.</summary>
    /// <param name="samples">The labelled faces.</param>
    /// <param name="options">The options.</param>
    /// <param name="progress">Receives the finished share, 0..1, from any thread; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels between two evaluations of the loss.</param>
    /// <returns>The layer and what was measured.</returns>
    /// <exception cref="MienException">
    /// <c>tooFewLabels</c>: there are fewer than <see cref="MinLabels"/> faces. <c>oneClass</c>: all faces have the same
    /// label.
    /// </exception>
    /// <exception cref="ArgumentException">The samples do not match each other, or a value is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static AdaptationResult Run(
        AdaptationSamples samples,
        AdaptationFitOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    /// <summary>The minimum number of labelled faces.</summary>
    public const int MinLabels = 5;
}
