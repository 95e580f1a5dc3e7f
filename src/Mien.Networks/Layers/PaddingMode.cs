namespace Mien.Networks.Layers;

/// <summary>What lies around a picture that a window slides over.</summary>
public enum PaddingMode
{
    /// <summary>⌊kernel/2⌋ zeros on each side.</summary>
    Same,

    /// <summary>Nothing: the window stays inside.</summary>
    Valid,
}
