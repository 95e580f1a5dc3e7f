namespace Mien.Training;

/// <summary>The purposes of random numbers; each has its own sequence.</summary>
internal enum RandomPurpose
{
    /// <summary>The initial weights.</summary>
    Weights = 1,

    /// <summary>The order of the images in an epoch.</summary>
    Order = 2,

    /// <summary>The augmentation of one image.</summary>
    Augmentation = 3,

    /// <summary>The images that are blended, and their shares.</summary>
    Mixup = 4,

    /// <summary>The values that dropout sets to zero.</summary>
    Dropout = 5,

    /// <summary>The configurations that a random search tries.</summary>
    Search = 6,

    /// <summary>The folds of the training images.</summary>
    Folds = 7,

    /// <summary>The framing errors of one image.</summary>
    Framing = 8,
}
