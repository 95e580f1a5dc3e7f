namespace Mien.Training;

/// <summary>The conversion of pixels 0..255 to inputs.</summary>
internal enum PixelScaling
{
    /// <summary>0 to 1.</summary>
    Unit,

    /// <summary>−1 to 1.</summary>
    Signed,

    /// <summary>Mean 0 and standard deviation 1 over the training images.</summary>
    Standard,
}
