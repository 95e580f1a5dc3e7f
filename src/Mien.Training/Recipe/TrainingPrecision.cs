namespace Mien.Training;

/// <summary>In which numbers the pictures inside a network are computed while it is trained.</summary>
internal enum TrainingPrecision
{
    /// <summary>32 bits, as predictions are computed.</summary>
    Single,

    /// <summary>
    /// Convolutions and all between them in 16 bits with the exponent of single precision; weights, their updates,
    /// batch statistics, dense layers and the loss in single precision (Kalamkar et al., 2019, "A study of BFLOAT16 for
    /// deep learning training"). About twice as fast on a processor with AVX512-BF16 or AMX, and slower on one without.
    /// </summary>
    Bfloat16,
}
