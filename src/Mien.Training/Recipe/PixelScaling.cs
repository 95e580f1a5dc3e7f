namespace Mien.Training;

/// <summary>How pixels 0..255 become inputs.</summary>
internal enum PixelScaling
{
    /// <summary>0 to 1.</summary>
    Unit,

    /// <summary>−1 to 1.</summary>
    Signed,

    /// <summary>Mean 0 and deviation 1 over the training images.</summary>
    Standard,
}
