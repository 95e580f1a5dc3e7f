namespace Mien.Lab;

/// <summary>How the configurations of an experiment are chosen from the values of its factors.</summary>
internal enum SearchKind
{
    /// <summary>All combinations.</summary>
    Grid,

    /// <summary>A given number of random combinations.</summary>
    Random,

    /// <summary>
    /// Ablation study with two values per factor: all first values, each second value alone, all second values, and all
    /// second values except one.
    /// </summary>
    OneFactor,
}
