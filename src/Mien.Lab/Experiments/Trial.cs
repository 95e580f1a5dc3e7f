using System.Globalization;
using Mien.Training;

namespace Mien.Lab;

/// <summary>One training of an experiment, a configuration with a seed, and its results so far.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Seed">The seed of weights, order, augmentation and dropout.</param>
internal sealed record Trial(Configuration Configuration, int Seed)
{
    /// <summary>The name of its run folder.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Configuration.Name},seed={Seed}");

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>
    /// The epochs that the recipe's <c>hours</c> gave; <c>null</c> without them or before the start.
    /// </summary>
    public int? FittedEpochs { get; init; }

    /// <summary>The number of epochs of the whole training.</summary>
    public int Epochs => FittedEpochs ?? Configuration.Epochs;

    /// <summary>The reason of a failure; <c>null</c> if it has not failed.</summary>
    public string? Error { get; init; }

    /// <summary>Whether its run folder exists.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The version of Mien that started it; <c>null</c> if unknown.</summary>
    public string? Mien { get; init; }

    /// <summary>Its state.</summary>
    public TrialState State { get; init; }

    /// <summary>
    /// The epoch after which successive halving stopped it, if <see cref="State"/> is <see cref="TrialState.Stopped"/>.
    /// </summary>
    public int? StoppedAfter { get; init; }

    /// <summary>
    /// The epoch whose weights are kept: the first with the highest validation accuracy at the network's own input
    /// size.
    /// </summary>
    public EpochRecord? Best => History.Where(e => e.Size == Configuration.Side).MaxBy(e => e.ValidationAccuracy);

    /// <summary>The accuracy of <see cref="Best"/>, 0..1; <c>null</c> before the first.</summary>
    public double? Accuracy => Best?.ValidationAccuracy;

    /// <summary>Whether the training is finished: it has reached the recipe's last epoch or stopped early.</summary>
    public bool IsFinished =>
        (History.Count >= Epochs && (Configuration.Hours == 0 || FittedEpochs is not null))
        || (
            Configuration.EarlyStopping > 0
            && Best is { } best
            && History.Count - best.Epoch >= Configuration.EarlyStopping
        );

    /// <summary>Seconds of training and evaluation so far.</summary>
    public double Seconds => EpochRecord.SecondsWorked(History);

    /// <summary>The highest validation accuracy up to an epoch, at any input size.</summary>
    public double AccuracyUpTo(int epoch) =>
        History.Where(e => e.Epoch <= epoch).Select(e => e.ValidationAccuracy).DefaultIfEmpty().Max();
}
