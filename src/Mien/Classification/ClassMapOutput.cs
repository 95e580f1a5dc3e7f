namespace Mien;

/// <summary>
/// Describes the output of a model that holds class activation maps (Zhou et al., "Learning Deep Features for
/// Discriminative Localization", 2016): for each label and position, how much the features there add to the logit of
/// the label. Immutable.
/// </summary>
public sealed record ClassMapOutput
{
    /// <summary>
    /// Name of the output tensor: float32 [N, labels, rows, columns], with the labels in the order of
    /// <see cref="ModelContract.Labels"/>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// The input row at which the first row of the maps is centred, in pixels counted from 0; may be outside the input.
    /// </summary>
    public required float Top { get; init; }

    /// <summary>
    /// The input column at which the first column of the maps is centred, in pixels counted from 0; may be outside the
    /// input.
    /// </summary>
    public required float Left { get; init; }

    /// <summary>
    /// The distance between neighbouring rows, and between columns, of the maps in input pixels; greater than 0.
    /// </summary>
    public required float Step { get; init; }
}
