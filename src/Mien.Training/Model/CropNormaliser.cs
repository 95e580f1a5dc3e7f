using Mien.Networks;

namespace Mien.Training;

/// <summary>Converts the crop normalisation of a recipe or contract into the one of networks.</summary>
internal static class CropNormaliser
{
    /// <summary>The normalisation of a kind with its default parameters; <c>null</c> for none.</summary>
    public static CropNormalisation? Of(CropNormalisationKind kind)
    {
        var mean = new MeanDeviationNormalisation(1, 0);
        var percentiles = new PercentileNormalisation(1, 0);
        return kind switch
        {
            CropNormalisationKind.None => null,
            CropNormalisationKind.MeanDeviation => new CropNormalisation
            {
                Kind = kind,
                Mean = mean.Mean,
                Deviation = mean.Deviation,
            },
            CropNormalisationKind.Percentiles => new CropNormalisation
            {
                Kind = kind,
                Low = percentiles.Low,
                High = percentiles.High,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected a known kind."),
        };
    }

    /// <summary>
    /// The normalisation on a network's input, pixel (0..255) × scale + offset; <c>null</c> for none.
    /// </summary>
    public static InputNormalisation? Of(CropNormalisation? normalisation, float scale, float offset) =>
        normalisation switch
        {
            { Kind: CropNormalisationKind.MeanDeviation, Mean: { } mean, Deviation: { } deviation } =>
                new MeanDeviationNormalisation(scale, offset) { Mean = mean, Deviation = deviation },
            { Kind: CropNormalisationKind.Percentiles, Low: { } low, High: { } high } => new PercentileNormalisation(
                scale,
                offset
            )
            {
                Low = low,
                High = high,
            },
            null or { Kind: CropNormalisationKind.None } => null,
            _ => throw new ArgumentException($"The crop normalisation {normalisation} lacks a parameter."),
        };
}
