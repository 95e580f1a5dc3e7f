using System.Globalization;
using Mien.Training;

namespace Mien.Lab;

/// <summary>One training of an experiment: a configuration with a seed, and what has come of it so far.</summary>
/// <param name="Configuration">What is trained.</param>
/// <param name="Seed">The seed of weights, order, augmentation and dropout.</param>
internal sealed record Trial(Configuration Configuration, int Seed)
{
    /// <summary>The name of its run folder.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Configuration.Name},seed={Seed}");

    /// <summary>The epochs that have ended.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>Why it failed, where it did.</summary>
    public string? Error { get; init; }

    /// <summary>Whether its run folder is there.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The version of Mien that began it; <c>null</c> where that is not known.</summary>
    public string? Mien { get; init; }

    /// <summary>Where it stands among the others.</summary>
    public TrialState State { get; init; }

    /// <summary>
    /// The epoch after which its configuration was given up, where <see cref="State"/> is <see cref="TrialState.Stopped"/>.
    /// </summary>
    public int? StoppedAfter { get; init; }

    /// <summary>
    /// The epoch whose weights the run keeps: the first with the highest validation accuracy at the network's own input size.
    /// </summary>
    public EpochRecord? Best => History.Where(e => e.Size == Configuration.Side).MaxBy(e => e.ValidationAccuracy);

    /// <summary>The accuracy of <see cref="Best"/>, 0..1; <c>null</c> before the first.</summary>
    public double? Accuracy => Best?.ValidationAccuracy;

    /// <summary>Whether the training has come to its end, the recipe's last epoch or its early stopping.</summary>
    public bool IsFinished =>
        History.Count >= Configuration.Epochs
        || (
            Configuration.EarlyStopping > 0
            && Best is { } best
            && History.Count - best.Epoch >= Configuration.EarlyStopping
        );

    /// <summary>Seconds of training and evaluation so far.</summary>
    public double Seconds => EpochRecord.SecondsWorked(History);

    /// <summary>The highest validation accuracy up to an epoch, at whatever input size.</summary>
    public double AccuracyUpTo(int epoch) =>
        History.Where(e => e.Epoch <= epoch).Select(e => e.ValidationAccuracy).DefaultIfEmpty().Max();
}
