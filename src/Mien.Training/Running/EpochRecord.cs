namespace Mien.Training.Running;

/// <summary>What one epoch of a training came to; a row of <c>history.csv</c>.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Size">Side of the input in pixels during this epoch.</param>
/// <param name="LearningRate">The rate of its last step.</param>
/// <param name="TrainLoss">Mean loss over its batches, with augmentation, as the network stood at each.</param>
/// <param name="TrainAccuracy">Share of its images named right, likewise; with mixup, of the image that weighs more.</param>
/// <param name="DevLoss">Mean cross-entropy against the labels over the dev split, after the epoch, without augmentation.</param>
/// <param name="DevAccuracy">Share of the dev split named right, likewise.</param>
/// <param name="Seconds">Time spent training and evaluating, over all sessions.</param>
/// <param name="ImagesPerSecond">Training images a second, without the evaluation.</param>
public sealed record EpochRecord(
    int Epoch, int Size, double LearningRate, double TrainLoss, double TrainAccuracy, double DevLoss, double DevAccuracy, double Seconds, double ImagesPerSecond);
