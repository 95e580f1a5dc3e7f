namespace Mien.Data;

/// <summary>The three parts of FER2013, named as in its <c>Usage</c> column.</summary>
internal enum DatasetSplit : byte
{
    /// <summary>28,709 images: what networks learn from.</summary>
    Training = 0,

    /// <summary>3,589 images: what everything is chosen on (epoch, recipe, temperature, threshold).</summary>
    PublicTest = 1,

    /// <summary>3,589 images: what a final model is scored on, once.</summary>
    PrivateTest = 2,
}
