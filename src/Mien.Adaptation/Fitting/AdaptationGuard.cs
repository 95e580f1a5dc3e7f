namespace Mien.Adaptation;

/// <summary>
/// Tells whether a face is unlike those of the adaptation: the distance to the nearest centre is over the threshold.
/// The features are scaled to a common length first, u = x · √features / ‖x‖, because what is no face has weak
/// features, which are near the mean of all faces without that. With z = (u − <see cref="Mean"/>) · <see
/// cref="InverseDeviation"/>, the distance is min over centres c of √(Σ (z − c)² / features). Immutable.
/// </summary>
internal sealed record AdaptationGuard
{
    /// <summary>count × features standardised centres, row by row: the means of classes.</summary>
    public required float[] Centres { get; init; }

    /// <summary>The mean of each scaled feature.</summary>
    public required float[] Mean { get; init; }

    /// <summary>1 / deviation of each scaled feature.</summary>
    public required float[] InverseDeviation { get; init; }

    /// <summary>A face with a larger distance is unlike those of the adaptation.</summary>
    public required float Threshold { get; init; }

    /// <summary>The number of held-out faces that the threshold is from.</summary>
    public required int Count { get; init; }

    /// <summary>The share of the held-out faces whose distance is over the threshold, 0..1.</summary>
    public required double FalseAlarms { get; init; }

    /// <summary>The number of features.</summary>
    public int FeatureCount => Mean.Length;

    /// <summary>The number of centres.</summary>
    public int CentreCount => Centres.Length / Mean.Length;

    /// <summary>The distance of a face to the nearest centre.</summary>
    /// <param name="features">Its raw features.</param>
    public float Distance(ReadOnlySpan<float> features)
    {
        double factor = Factor(features);
        double nearest = double.PositiveInfinity;
        for (int c = 0; c < CentreCount; c++)
        {
            double sum = 0;
            for (int f = 0; f < features.Length; f++)
            {
                double d =
                    (((features[f] * factor) - Mean[f]) * InverseDeviation[f]) - Centres[(c * features.Length) + f];
                sum += d * d;
            }

            nearest = Math.Min(nearest, sum);
        }

        return (float)Math.Sqrt(nearest / features.Length);
    }

    /// <summary>What scales features to the length √features; 1 where all are 0.</summary>
    public static double Factor(ReadOnlySpan<float> features)
    {
        double squares = 0;
        foreach (float feature in features)
        {
            squares += (double)feature * feature;
        }

        return squares > 0 ? Math.Sqrt(features.Length / squares) : 1;
    }
}
