namespace Mien.Training;

/// <summary>The precision of activations and convolutions in training.</summary>
internal enum TrainingPrecision
{
    /// <summary>Single precision (32 bits), as in prediction.</summary>
    Single,

    /// <summary>
    /// Convolutions and everything between them in bfloat16 (16 bits with the exponent range of single precision);
    /// weights, their updates, batch statistics, dense layers and the loss in single precision (Kalamkar et al., 2019,
    /// "A study of BFLOAT16 for deep learning training"). About twice as fast on a processor with AVX512-BF16 or AMX,
    /// and slower on one without.
    /// </summary>
    Bfloat16,
}
