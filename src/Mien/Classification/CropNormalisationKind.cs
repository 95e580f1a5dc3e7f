namespace Mien;

/// <summary>The ways in which a model normalises the gray values of a face crop.</summary>
public enum CropNormalisationKind
{
    /// <summary>The crop stays as it is.</summary>
    None,

    /// <summary>
    /// The crop is scaled and shifted to a fixed mean and standard deviation: <see cref="CropNormalisation.Mean"/> and
    /// <see cref="CropNormalisation.Deviation"/>.
    /// </summary>
    MeanDeviation,

    /// <summary>
    /// The crop is stretched between two percentiles of its gray values, <see cref="CropNormalisation.Low"/> and
    /// <see cref="CropNormalisation.High"/>, and clipped.
    /// </summary>
    Percentiles,
}
