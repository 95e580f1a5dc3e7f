using Mien.Data;

namespace Mien.Evaluation;

/// <summary>Measures how a model's accuracy falls as images get worse. Thread-safe if the evaluator is.</summary>
internal static class Robustness
{
    private static readonly Corruption[] All = Enum.GetValues<Corruption>();

    /// <summary>How often every image is classified: once per corruption and strength.</summary>
    public static int Passes { get; } = All.Sum(c => Corruptions.Strengths(c).Count);

    /// <summary>
    /// Evaluates a model on the same images under every corruption and strength. Images are corrupted at their own
    /// size, before they are resized to the model's.
    /// </summary>
    /// <param name="evaluator">The model, with or without test-time augmentation.</param>
    /// <param name="data">At least one image.</param>
    /// <param name="progress">
    /// Receives the number of finished images, out of <see cref="Passes"/> × the number of images; may be <c>null</c>.
    /// </param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    /// <returns>One curve per corruption, in the order of <see cref="Corruption"/>.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    /// <exception cref="MienException">The model cannot be run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<RobustnessCurve> Measure(
        ModelEvaluator evaluator,
        FaceDataset data,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
        {
            throw new ArgumentException("Measuring robustness needs at least one image.", nameof(data));
        }

        int done = 0;
        var curves = new List<RobustnessCurve>();
        foreach (Corruption corruption in All)
        {
            IReadOnlyList<double> strengths = Corruptions.Strengths(corruption);
            curves.Add(Measure(evaluator, data, corruption, strengths, new Pass(progress, done), cancellationToken));
            done += strengths.Count * data.Count;
        }

        return curves;
    }

    /// <summary>Evaluates a model on the same images under one corruption.</summary>
    /// <param name="evaluator">The model, with or without test-time augmentation.</param>
    /// <param name="data">At least one image.</param>
    /// <param name="corruption">The kind.</param>
    /// <param name="strengths">The strengths, in the unit that <see cref="Corruption"/> states.</param>
    /// <param name="progress">
    /// Receives the number of finished images, out of strengths × the number of images; may be <c>null</c>.
    /// </param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="MienException">The model cannot be run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static RobustnessCurve Measure(
        ModelEvaluator evaluator,
        FaceDataset data,
        Corruption corruption,
        IReadOnlyList<double> strengths,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var points = new List<RobustnessPoint>();
        foreach (double strength in strengths)
        {
            Predictions predictions = evaluator.Predict(
                Corrupted(data, corruption, strength, cancellationToken),
                new Pass(progress, points.Count * data.Count),
                cancellationToken
            );
            points.Add(
                new RobustnessPoint(strength, data.Count, Enumerable.Range(0, data.Count).Count(predictions.IsCorrect))
            );
        }

        return new RobustnessCurve(corruption, points);
    }

    private static FaceDataset Corrupted(
        FaceDataset data,
        Corruption corruption,
        double strength,
        CancellationToken cancellationToken
    )
    {
        int size = data.Width * data.Height;
        byte[] pixels = new byte[data.Pixels.Length];
        for (int i = 0; i < data.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Corruptions.Apply(
                data.Image(i),
                data.Width,
                data.Height,
                corruption,
                strength,
                pixels.AsSpan(i * size, size)
            );
        }

        return new FaceDataset(data.Name, data.Width, data.Height, pixels, data.Labels, data.Splits);
    }

    // Reports the images of this pass plus those of all passes before it.
    private sealed class Pass(IProgress<int>? progress, int before) : IProgress<int>
    {
        public void Report(int value) => progress?.Report(before + value);
    }
}
