namespace Mien.Adaptation;

/// <summary>The result of <see cref="AdaptationFit"/>. Immutable.</summary>
internal sealed record AdaptationResult
{
    /// <summary>What is added to the scaled old answer.</summary>
    public required AdaptedLayer Layer { get; init; }

    /// <summary>The pull that was chosen.</summary>
    public required Pull Pull { get; init; }

    /// <summary>
    /// What the adapted logits are divided by before the softmax, from out-of-fold logits; 1 where nothing was
    /// measured.
    /// </summary>
    public required float Temperature { get; init; }

    /// <summary>The confidence below which a prediction is uncertain; <c>null</c> where nothing was measured.</summary>
    public required float? UncertainBelow { get; init; }

    /// <summary>The distance of a face to the faces of the adaptation.</summary>
    public required AdaptationGuard Guard { get; init; }

    /// <summary>The measured accuracy before and after; <c>null</c> where it could not be measured.</summary>
    public AdaptationEstimate? Estimate { get; init; }

    /// <summary>Why there is no <see cref="Estimate"/>; <c>null</c> if there is one.</summary>
    public NotMeasuredReason? NotMeasured { get; init; }

    /// <summary>
    /// Accuracy by the number of labels, from few to many; empty unless asked for and measured.
    /// </summary>
    public IReadOnlyList<LearningCurvePoint> LearningCurve { get; init; } = [];
}

/// <summary>Why the accuracy of an adaptation was not measured.</summary>
internal enum NotMeasuredReason
{
    /// <summary>
    /// All faces are of one person, one per expression, by <see cref="AdaptationFitOptions.OnePerson"/>.
    /// </summary>
    OnePerson,

    /// <summary>All faces are in one group, so that no other group is left to measure on.</summary>
    OneGroup,
}

/// <summary>A linear layer on raw features. Immutable.</summary>
/// <param name="Weights">classes × features, row by row, without the part of the old answer.</param>
/// <param name="Bias">One value per class.</param>
/// <param name="Scale">The factor of the base logits; 0 if no class has an old answer.</param>
internal sealed record AdaptedLayer(float[] Weights, float[] Bias, double Scale);

/// <summary>The strength of the pull towards the old answer. Immutable.</summary>
/// <param name="Kind">What is fitted.</param>
/// <param name="WeightL2">The penalty of the weights of classes with an old answer; 0 without such weights.</param>
/// <param name="NewClassL2">The penalty of the weights of classes without an old answer; 0 without such
/// classes.</param>
internal sealed record Pull(PullKind Kind, double WeightL2 = 0, double NewClassL2 = 0);

/// <summary>What is fitted, from the strongest pull to the weakest.</summary>
internal enum PullKind
{
    /// <summary>Nothing: the old answer was the best.</summary>
    Unchanged,

    /// <summary>A bias per class and one scale of the old answer; new classes have a layer.</summary>
    BiasAndScale,

    /// <summary>Also a linear layer on the standardised features.</summary>
    Layer,
}

/// <summary>One point of a learning curve.</summary>
/// <param name="Labels">The mean number of labels that were fitted.</param>
/// <param name="Accuracy">The mean accuracy on other groups, 0..1.</param>
/// <param name="Deviation">The standard deviation of the accuracy over the draws.</param>
/// <param name="Draws">The number of draws.</param>
internal sealed record LearningCurvePoint(double Labels, double Accuracy, double Deviation, int Draws);
