namespace Mien.Data;

/// <summary>The three splits of FER2013, named as in its <c>Usage</c> column.</summary>
internal enum DatasetSplit : byte
{
    /// <summary>28,709 images: the training split.</summary>
    Training = 0,

    /// <summary>
    /// 3,589 images: the validation split, on which everything is chosen (epoch, recipe, temperature, threshold).
    /// </summary>
    PublicTest = 1,

    /// <summary>3,589 images: the held-out test split, on which a final model is evaluated once.</summary>
    PrivateTest = 2,
}
