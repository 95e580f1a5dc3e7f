namespace Mien.Adaptation;

/// <summary>The stages of an adaptation, in their order.</summary>
public enum AdaptationStage
{
    /// <summary>Pictures are read, faces are found, and their features are computed.</summary>
    Faces,

    /// <summary>The pull is chosen and measured, and the layer is fitted.</summary>
    Fit,
}
