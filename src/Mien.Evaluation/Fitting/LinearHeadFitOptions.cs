namespace Mien.Evaluation;

/// <summary>Options of <see cref="LinearHeadFit"/>. Immutable.</summary>
internal sealed record LinearHeadFitOptions
{
    /// <summary>
    /// The penalty of the weights: half of it times the squared distance to <see cref="Start"/> is added to the loss,
    /// which is a sum over the images. The more images, the less it matters.
    /// </summary>
    public double WeightL2 { get; init; } = 30;

    /// <summary>
    /// The penalty of the weights of each class, instead of <see cref="WeightL2"/> for all; infinity keeps the weights
    /// of a class as in <see cref="Start"/>. <c>null</c> uses <see cref="WeightL2"/>.
    /// </summary>
    public IReadOnlyList<double>? ClassWeightL2 { get; init; }

    /// <summary>The same for the bias; 0 by default.</summary>
    public double BiasL2 { get; init; }

    /// <summary>The same for the scale of the older logits; 0 by default.</summary>
    public double ScaleL2 { get; init; }

    /// <summary>Whether the weights are fitted; otherwise they stay as in <see cref="Start"/>.</summary>
    public bool FitWeights { get; init; } = true;

    /// <summary>Whether the bias is fitted.</summary>
    public bool FitBias { get; init; } = true;

    /// <summary>Whether the scale of the older logits is fitted.</summary>
    public bool FitScale { get; init; } = true;

    /// <summary>
    /// The head that the search starts from and that the penalties pull towards; <c>null</c> leaves the older logits
    /// unchanged.
    /// </summary>
    public LinearHead? Start { get; init; }

    /// <summary>
    /// The head that the search starts from instead of <see cref="Start"/>, such as the fit with another penalty. It
    /// saves time and does not change the result.
    /// </summary>
    public LinearHead? SearchFrom { get; init; }

    /// <summary>The maximum number of threads; −1 uses one per core. It does not change the result.</summary>
    public int Threads { get; init; } = -1;

    /// <summary>The maximum number of iterations.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>
    /// The search ends where no component of the gradient of the mean loss is larger than this.
    /// </summary>
    public double GradientTolerance { get; init; } = 1e-6;
}
