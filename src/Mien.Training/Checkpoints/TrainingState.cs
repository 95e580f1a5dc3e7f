namespace Mien.Training;

/// <summary>The state of a training besides its tensors; a checkpoint stores it as JSON.</summary>
internal sealed record TrainingState
{
    /// <summary>The number of finished steps of the whole training.</summary>
    public long Step { get; init; }

    /// <summary>The sum of the losses of the finished batches of the current epoch.</summary>
    public double LossSum { get; init; }

    /// <summary>The number of images classified correctly in the current epoch.</summary>
    public long Correct { get; init; }

    /// <summary>The seconds spent so far, over all sessions.</summary>
    public double Seconds { get; init; }

    /// <summary>The seconds of the current epoch spent on training steps, over all sessions.</summary>
    public double EpochSeconds { get; init; }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>The best validation accuracy at the network's own input size; 0 before the first.</summary>
    public double BestAccuracy { get; init; }

    /// <summary>The epoch of <see cref="BestAccuracy"/>, counted from 1; 0 before the first.</summary>
    public int BestEpoch { get; init; }

    /// <summary>The number of epochs in the average of the last epochs' weights; 0 before the first.</summary>
    public int AveragedEpochs { get; init; }
}
