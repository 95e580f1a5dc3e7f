using Mien.Adaptation;

namespace Mien.Tools;

/// <summary>Takes some of the faces.</summary>
internal static class SampleRows
{
    /// <summary>The faces at some positions, in that order.</summary>
    public static AdaptationSamples Select(this AdaptationSamples samples, IReadOnlyList<int> rows) =>
        samples with
        {
            Features = Take(samples.Features, samples.FeatureCount, rows),
            BaseLogits = Take(samples.BaseLogits, samples.BaseCount, rows),
            Targets = [.. rows.Select(i => samples.Targets[i])],
            Groups = [.. rows.Select(i => samples.Groups[i])],
        };

    private static float[] Take(float[] values, int width, IReadOnlyList<int> rows)
    {
        float[] result = new float[rows.Count * width];
        for (int i = 0; i < rows.Count; i++)
        {
            values.AsSpan(rows[i] * width, width).CopyTo(result.AsSpan(i * width));
        }

        return result;
    }
}
