using System.Globalization;
using System.Numerics.Tensors;

namespace Mien.Adaptation;

/// <summary>Checks labelled faces before a fit.</summary>
internal static class SampleCheck
{
    /// <summary>Throws if the arrays do not match, a value is not finite, or there is too little to fit to.</summary>
    public static void Check(AdaptationSamples samples)
    {
        int count = samples.Count;
        int classes = samples.Labels.Count;
        if (
            samples.FeatureCount < 1
            || samples.Features.Length != (long)count * samples.FeatureCount
            || samples.BaseLogits.Length != (long)count * samples.BaseCount
            || samples.Groups.Length != count
            || samples.BaseColumns.Count != classes
            || samples.BaseColumns.Any(c => c >= samples.BaseCount)
            || samples.Targets.Any(t => t < 0 || t >= classes)
        )
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Found {samples.Features.Length} features of {samples.FeatureCount} per face, "
                        + $"{samples.BaseLogits.Length} base logits of {samples.BaseCount}, {samples.Groups.Length} "
                        + $"groups and {samples.BaseColumns.Count} base columns, expected those of {count} faces and "
                        + $"{classes} labels."
                ),
                nameof(samples)
            );
        }

        if (!IsFinite(samples.Features) || !IsFinite(samples.BaseLogits))
        {
            throw new ArgumentException("A feature or a base logit is not finite.", nameof(samples));
        }

        if (count < AdaptationFit.MinLabels)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "tooFewLabels",
                $"Found {count} labelled face(s), expected at least {AdaptationFit.MinLabels}. Label more "
                    + "pictures; 20 to 50 often suffice."
            );
        }

        if (samples.Targets.Distinct().Count() < 2)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "oneClass",
                $"All {count} labelled faces are '{samples.Labels[samples.Targets[0]]}', expected at least "
                    + "two classes. Label pictures of other expressions too."
            );
        }
    }

    // A sum is finite only if all of its parts are; features are far from the range where it could overflow otherwise.
    private static bool IsFinite(float[] values) => float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(values));
}
