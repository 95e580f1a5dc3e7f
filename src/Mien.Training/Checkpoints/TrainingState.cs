namespace Mien.Training;

/// <summary>Where a training stands besides its tensors: what a checkpoint keeps as JSON.</summary>
internal sealed record TrainingState
{
    /// <summary>Finished steps over the whole training.</summary>
    public long Step { get; init; }

    /// <summary>Sum of the losses of the finished batches of the running epoch.</summary>
    public double LossSum { get; init; }

    /// <summary>Images named right in the running epoch.</summary>
    public long Correct { get; init; }

    /// <summary>Seconds spent so far, over all sessions.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of the running epoch spent training, over all sessions.</summary>
    public double EpochSeconds { get; init; }

    /// <summary>The epochs that have ended.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>The best validation accuracy at the network's own input size; 0 before the first.</summary>
    public double BestAccuracy { get; init; }

    /// <summary>The epoch of <see cref="BestAccuracy"/>, counted from 1; 0 before the first.</summary>
    public int BestEpoch { get; init; }
}
