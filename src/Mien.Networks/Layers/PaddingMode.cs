namespace Mien.Networks.Layers;

/// <summary>What lies around a picture that a window slides over.</summary>
public enum PaddingMode
{
    /// <summary>⌊window / 2⌋ pixels on each side: zeros for a convolution, nothing that counts for pooling.</summary>
    Same,

    /// <summary>Nothing: the window stays inside.</summary>
    Valid,
}
