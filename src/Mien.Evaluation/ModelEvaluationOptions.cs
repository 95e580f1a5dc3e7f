namespace Mien.Evaluation;

/// <summary>How a model is run over a data set.</summary>
public sealed record ModelEvaluationOptions
{
    /// <summary>Which versions of each image are classified and averaged.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>
    /// Whether the logits of the unchanged images are kept too (<see cref="Predictions.Logits"/>), for fitting a temperature;
    /// costs one more run of the model an image.
    /// </summary>
    public bool KeepLogits { get; init; }

    /// <summary>At most so many images (views included) a run of the model; 1 or more.</summary>
    public int BatchSize { get; init; } = 64;
}
