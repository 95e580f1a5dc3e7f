namespace Mien.Evaluation;

/// <summary>
/// Temperatures fitted on all folds but one, each applied to the held-out fold (<see
/// cref="TemperatureScaling.CrossValidate"/>).
/// </summary>
internal sealed record CrossValidatedTemperature
{
    /// <summary>The temperature for each fold, fitted on the other folds.</summary>
    public required IReadOnlyList<double> FoldTemperatures { get; init; }

    /// <summary>The fold of each image, 0 to the number of folds − 1.</summary>
    public required IReadOnlyList<int> Folds { get; init; }

    /// <summary>
    /// All images in their original order, each with its probabilities at the temperature of its fold. Calibration is
    /// measured on these.
    /// </summary>
    public required Predictions OutOfFold { get; init; }

    /// <summary>The temperature fitted on all images. This one goes into the contract.</summary>
    public required double Temperature { get; init; }
}
