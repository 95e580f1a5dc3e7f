using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>The accuracy of a head on PublicTest with the labels of a label set.</summary>
/// <param name="Head">The head; <c>null</c> for the only head of a model.</param>
/// <param name="LabelSet">The head that was trained on the label set; <c>null</c> for the only head of a model.</param>
/// <param name="Share">The accuracy, 0..1; <c>null</c> if it was not measured.</param>
/// <param name="Interval">Wilson's 95 % interval; <c>null</c> if the number of images is unknown.</param>
internal sealed record HeadAccuracy(string? Head, string? LabelSet, double? Share, Interval? Interval)
{
    /// <summary>Reads the accuracy from metrics.</summary>
    /// <param name="metrics">The metrics of the head.</param>
    /// <param name="head">The head.</param>
    /// <param name="labelSet">The label set.</param>
    /// <param name="within">What the names of the metrics have between the split and the figure.</param>
    public static HeadAccuracy Of(
        IReadOnlyDictionary<string, double> metrics,
        string? head,
        string? labelSet,
        string within = ""
    )
    {
        double? share = metrics.TryGetValue($"publicTest.{within}accuracy", out double found) ? found : null;
        long images = metrics.TryGetValue($"publicTest.{within}count", out double count) ? (long)count : 0;
        return new HeadAccuracy(
            head,
            labelSet,
            share,
            share is { } measured && images > 0
                ? Evaluation.Interval.Wilson((long)Math.Round(measured * images), images)
                : null
        );
    }
}
