namespace Mien;

/// <summary>
/// The output of a model that holds class activation maps (Zhou et al., "Learning Deep Features for Discriminative
/// Localization", 2016): for each label and place how much the features there add to its score. Immutable.
/// </summary>
public sealed record ClassMapOutput
{
    /// <summary>
    /// Name of the output tensor, float32 [N, labels, rows, columns], the labels in the order of
    /// <see cref="ModelContract.Labels"/>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// The row of the input, counted from 0, at whose centre the maps' first row lies; may lie outside.
    /// </summary>
    public required float Top { get; init; }

    /// <summary>
    /// The column of the input, counted from 0, at whose centre the maps' first column lies; may lie outside.
    /// </summary>
    public required float Left { get; init; }

    /// <summary>Pixels of the input between two rows of the maps, and between two columns; over 0.</summary>
    public required float Step { get; init; }
}
