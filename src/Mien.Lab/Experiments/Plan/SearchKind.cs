namespace Mien.Lab;

/// <summary>How the configurations of an experiment are chosen from what varies.</summary>
internal enum SearchKind
{
    /// <summary>Every combination.</summary>
    Grid,

    /// <summary>So many combinations drawn at random.</summary>
    Random,

    /// <summary>
    /// Of two levels each: all at the first, all at the second, each alone at the second, each alone at the first.
    /// </summary>
    OneFactor,
}
