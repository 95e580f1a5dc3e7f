namespace Mien.Networks;

/// <summary>The result of a pooling window.</summary>
internal enum PoolKind
{
    /// <summary>Its largest value.</summary>
    Max,

    /// <summary>The mean of its values, without the padding.</summary>
    Average,
}
