using Mien.Training;

namespace Mien.Lab;

/// <summary>What a trial has come to so far, as its folder tells it.</summary>
/// <param name="History">The epochs that have ended.</param>
/// <param name="Error">Why it failed, or <c>null</c>.</param>
/// <param name="IsStarted">Whether its run folder is there.</param>
internal sealed record TrialResult(IReadOnlyList<EpochRecord> History, string? Error, bool IsStarted)
{
    /// <summary>The version of Mien that began it; <c>null</c> where that is not known.</summary>
    public string? Mien { get; init; }

    public static TrialResult None { get; } = new([], null, false);

    /// <summary>
    /// The epoch whose weights the run keeps: the first with the highest dev accuracy at the network's own input size.
    /// </summary>
    public EpochRecord? Best(PlannedSetting setting) =>
        History.Where(e => e.Size == setting.Side).MaxBy(e => e.DevAccuracy);

    /// <summary>The highest dev accuracy up to an epoch, at whatever input size.</summary>
    public double AccuracyUpTo(int epoch) =>
        History.Where(e => e.Epoch <= epoch).Select(e => e.DevAccuracy).DefaultIfEmpty().Max();

    /// <summary>Whether the training has come to its end, the recipe's last epoch or its early stopping.</summary>
    public bool IsFinished(PlannedSetting setting) =>
        History.Count >= setting.Epochs
        || (
            setting.EarlyStopping > 0
            && Best(setting) is { } best
            && History.Count - best.Epoch >= setting.EarlyStopping
        );
}
