namespace Mien.Networks.Graph;

/// <summary>What a pooling window yields.</summary>
public enum PoolKind
{
    /// <summary>Its largest value.</summary>
    Max,

    /// <summary>The mean of the values inside the picture.</summary>
    Average,
}
