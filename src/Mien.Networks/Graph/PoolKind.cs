namespace Mien.Networks;

/// <summary>What a pooling window yields.</summary>
internal enum PoolKind
{
    /// <summary>Its largest value.</summary>
    Max,

    /// <summary>The mean of the values inside the picture.</summary>
    Average,
}
