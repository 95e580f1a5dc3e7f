namespace Mien.Adaptation;

/// <summary>Labelled faces as numbers: what a head is adapted to. The arrays are kept without copying.</summary>
internal sealed record AdaptationSamples
{
    /// <summary>The labels of the adapted head, in the order of its outputs.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>
    /// For each of <see cref="Labels"/>, the column of <see cref="BaseLogits"/> that gives the old answer; −1 for a new
    /// class.
    /// </summary>
    public required IReadOnlyList<int> BaseColumns { get; init; }

    /// <summary>The number of features per face.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>count × <see cref="FeatureCount"/> features as the network computes them, row by row.</summary>
    public required float[] Features { get; init; }

    /// <summary>The number of columns of <see cref="BaseLogits"/>: the labels of the base model.</summary>
    public required int BaseCount { get; init; }

    /// <summary>
    /// count × <see cref="BaseCount"/> log-probabilities of the old answer, each row shifted to a mean of 0, which
    /// makes them a linear function of the features.
    /// </summary>
    public required float[] BaseLogits { get; init; }

    /// <summary>For each face, the index of its label in <see cref="Labels"/>.</summary>
    public required int[] Targets { get; init; }

    /// <summary>
    /// For each face, the number of its group, from 0: a person, a video or a folder whose pictures stay together.
    /// </summary>
    public required int[] Groups { get; init; }

    /// <summary>
    /// Whether the groups come from the data; otherwise each picture is a group of its own, and pictures of one person
    /// may be in several groups.
    /// </summary>
    public bool AreGroupsKnown { get; init; }

    /// <summary>The number of faces.</summary>
    public int Count => Targets.Length;

    /// <summary>Whether at least one class has an old answer.</summary>
    public bool HasBase => BaseColumns.Any(c => c >= 0);

    /// <summary>Whether at least one class has no old answer.</summary>
    public bool HasNewClass => BaseColumns.Any(c => c < 0);

    /// <summary>The base logit of a face for a class; 0 for a new class.</summary>
    public float Base(int face, int label) =>
        BaseColumns[label] is >= 0 and int column ? BaseLogits[(face * BaseCount) + column] : 0;
}
