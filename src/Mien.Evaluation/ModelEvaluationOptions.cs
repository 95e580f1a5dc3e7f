namespace Mien.Evaluation;

/// <summary>Options for running a model over a data set. Immutable.</summary>
internal sealed record ModelEvaluationOptions
{
    /// <summary>The views of each image that are classified and averaged.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>
    /// The head to evaluate, one of <see cref="ModelContract.HeadNames"/>; <see langword="null"/> uses the default of
    /// the model.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>
    /// Whether heads for votes use their <see cref="ModelHead.VoteTemperature"/>, so that their probabilities are
    /// shares of people; heads without one use their <see cref="ModelHead.Temperature"/>.
    /// </summary>
    public bool VoteTemperatures { get; init; }

    /// <summary>
    /// The maximum number of images (views included) between two progress reports, 1 or more. It does not change the
    /// results.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int BatchSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;
}
