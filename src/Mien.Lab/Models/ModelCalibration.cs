using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>
/// Fits a model's temperature and chooses its threshold on PublicTest with the library, so that contract and metrics
/// describe the file as users run it.
/// </summary>
internal static class ModelCalibration
{
    /// <summary>
    /// Runs the images twice through the library: once for the logits that the temperature is fitted on, and once for
    /// the metrics of the final file.
    /// </summary>
    /// <param name="plain">The contract so far.</param>
    /// <param name="file">The model file; it holds the model with any temperature.</param>
    /// <param name="write">Writes the file with a contract.</param>
    /// <param name="validation">The images of PublicTest.</param>
    /// <param name="bar">Options of the progress bar.</param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    /// <returns>The contract of the final file, which is not yet written.</returns>
    public static ModelContract Calibrate(
        ModelContract plain,
        string file,
        Action<ModelContract> write,
        FaceDataset validation,
        WorkProgressOptions bar,
        CancellationToken cancellationToken
    )
    {
        using WorkProgress progress = WorkProgress.Start("Calibrating", 2 * validation.Count, bar);
        float[] logits = Predict(0).LogitsOrLogProbabilities();
        ModelContract scaled = plain with { Temperature = (float)TemperatureScaling.Fit(logits, validation.Labels) };
        write(scaled);
        EvaluationResult result = Metrics.Compute(Predict(validation.Count));
        return scaled with
        {
            UncertainBelow = (float)result.RiskCoverage.Chosen.Threshold,
            Metrics = new SortedDictionary<string, double>(
                scaled
                    .Metrics.Where(m => !m.Key.StartsWith("publicTest.", StringComparison.Ordinal))
                    .Concat(MetricNames.Of(result, "publicTest."))
                    .ToDictionary(),
                StringComparer.Ordinal
            ),
        };

        Predictions Predict(int before)
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
            return new ModelEvaluator(classifier).Predict(
                validation,
                new ImmediateProgress<int>(done => progress.Report(before + done)),
                cancellationToken
            );
        }
    }
}
