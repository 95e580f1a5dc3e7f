namespace Mien.Adaptation;

/// <summary>Options of <see cref="AdaptationFit"/>. Immutable.</summary>
internal sealed record AdaptationFitOptions
{
    /// <summary>
    /// Whether all faces are of one person, about one per expression: a weaker pull and no cross-validation.
    /// </summary>
    public bool OnePerson { get; init; }

    /// <summary>The seed of the folds and of the draws of the learning curve.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether the learning curve is computed, which takes several times as long.</summary>
    public bool WithLearningCurve { get; init; }

    /// <summary>The maximum number of faces that are cross-validated; of more, one fifth is held out.</summary>
    public int MaxCrossValidated { get; init; } = 5000;

    /// <summary>The maximum number of folds.</summary>
    public int MaxFolds { get; init; } = 10;

    /// <summary>Of more faces, five folds are made, which takes a fifth of the time.</summary>
    public int MaxWithAllFolds { get; init; } = 500;

    /// <summary>
    /// The old answer stays unchanged if its out-of-fold loss is at most this number of standard errors over the
    /// lowest.
    /// </summary>
    public double PullTolerance { get; init; } = 1;

    /// <summary>The minimum number of faces from which a layer on the features is considered.</summary>
    public int MinForLayer { get; init; } = 50;

    /// <summary>The minimum number of faces of which a class centre of the guard is the mean.</summary>
    public int MinPerCentre { get; init; } = 5;

    /// <summary>The maximum number of threads; 0 uses one per core. The result does not depend on it.</summary>
    public int Threads { get; init; }
}
