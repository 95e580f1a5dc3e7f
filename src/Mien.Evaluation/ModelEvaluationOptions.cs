namespace Mien.Evaluation;

/// <summary>How a model is run over a data set. Immutable.</summary>
internal sealed record ModelEvaluationOptions
{
    /// <summary>Which versions of each image are classified and averaged.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>
    /// At most so many images (views included) between two reports of progress; 1 or more. It changes no result.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is under 1.</exception>
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
