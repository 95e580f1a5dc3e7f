namespace Mien.Lab;

/// <summary>The figures of one epoch of a training.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="LearningRate">The learning rate at its end.</param>
/// <param name="TrainLoss">Mean loss over the training images, augmented and smoothed as trained.</param>
/// <param name="DevLoss">Mean loss over the images that the run is watched on.</param>
/// <param name="TrainAccuracy">Share of training images classified rightly, 0..1.</param>
/// <param name="DevAccuracy">Share of watched images classified rightly, 0..1.</param>
internal sealed record EpochPoint(
    int Epoch,
    double LearningRate,
    double TrainLoss,
    double DevLoss,
    double TrainAccuracy,
    double DevAccuracy
);
