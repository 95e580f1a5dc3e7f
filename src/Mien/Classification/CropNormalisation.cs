namespace Mien;

/// <summary>
/// Describes how a model normalises the gray values of each face crop. The model does it on its own input, so the
/// library feeds crops to it as they are; the contract only tells. Immutable.
/// </summary>
public sealed record CropNormalisation
{
    /// <summary>The kind of normalisation.</summary>
    public required CropNormalisationKind Kind { get; init; }

    /// <summary>
    /// For <see cref="CropNormalisationKind.MeanDeviation"/>: the mean that each crop gets, in gray values 0..255;
    /// otherwise <see langword="null"/>.
    /// </summary>
    public float? Mean { get; init; }

    /// <summary>
    /// For <see cref="CropNormalisationKind.MeanDeviation"/>: the standard deviation that each crop gets, in gray
    /// values, greater than 0; otherwise <see langword="null"/>.
    /// </summary>
    public float? Deviation { get; init; }

    /// <summary>
    /// For <see cref="CropNormalisationKind.Percentiles"/>: the percentile, 0..100, that becomes 0 (black); otherwise
    /// <see langword="null"/>.
    /// </summary>
    public float? Low { get; init; }

    /// <summary>
    /// For <see cref="CropNormalisationKind.Percentiles"/>: the percentile, 0..100, that becomes 255 (white), greater
    /// than <see cref="Low"/>; otherwise <see langword="null"/>.
    /// </summary>
    public float? High { get; init; }

    /// <summary>
    /// Describes what is wrong with a normalisation, as the end of a sentence; <see langword="null"/> if it is valid.
    /// </summary>
    internal static string? Problem(CropNormalisation normalisation) =>
        normalisation switch
        {
            { Kind: CropNormalisationKind.MeanDeviation, Mean: not (>= 0 and <= 255) }
            or { Kind: CropNormalisationKind.MeanDeviation, Deviation: not (> 0 and <= 255) } =>
                $"its crop normalisation is to mean {Text(normalisation.Mean)} and deviation "
                    + $"{Text(normalisation.Deviation)}, expected gray values from 0 to 255, the deviation over 0",
            { Kind: CropNormalisationKind.Percentiles, Low: var low, High: var high }
                when !(low >= 0 && high > low && high <= 100) =>
                $"its crop normalisation is between the percentiles {Text(low)} and {Text(high)}, expected two "
                    + "ascending numbers from 0 to 100",
            _ => null,
        };

    private static string Text(float? value) =>
        value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "(missing)";
}
