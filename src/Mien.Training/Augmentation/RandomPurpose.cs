namespace Mien.Training;

/// <summary>What random numbers are drawn for; each purpose has a sequence of its own.</summary>
internal enum RandomPurpose
{
    /// <summary>The first weights.</summary>
    Weights = 1,

    /// <summary>The order of the images in an epoch.</summary>
    Order = 2,

    /// <summary>How one image is changed.</summary>
    Augmentation = 3,

    /// <summary>Which images are blended, and how much.</summary>
    Mixup = 4,

    /// <summary>Which values dropout sets to zero.</summary>
    Dropout = 5,

    /// <summary>Which settings a random search tries.</summary>
    Search = 6,
}
