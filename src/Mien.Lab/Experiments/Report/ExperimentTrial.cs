using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>One training of an experiment: a setting with a seed.</summary>
internal sealed record ExperimentTrial
{
    /// <summary>The name of its run folder.</summary>
    public required string Name { get; init; }

    /// <summary>The seed of weights, order, augmentation and dropout.</summary>
    public required int Seed { get; init; }

    /// <summary>Where it stands.</summary>
    public required TrialState State { get; init; }

    /// <summary>
    /// The highest dev accuracy of an epoch at the network's own input size, 0..1; <c>null</c> before the first.
    /// </summary>
    public double? Accuracy { get; init; }

    /// <summary>The epoch of <see cref="Accuracy"/>, counted from 1, whose weights are kept.</summary>
    public int? Epoch { get; init; }

    /// <summary>Epochs that its recipe has.</summary>
    public required int Epochs { get; init; }

    /// <summary>
    /// The epoch after which its setting was given up, where <see cref="State"/> is <see cref="TrialState.Stopped"/>.
    /// </summary>
    public int? StoppedAfter { get; init; }

    /// <summary>Seconds of training and evaluation so far.</summary>
    public double Seconds { get; init; }

    /// <summary>Why it failed, where it did.</summary>
    public string? Error { get; init; }

    /// <summary>The epochs that have ended.</summary>
    public IReadOnlyList<EpochPoint> History { get; init; } = [];
}
