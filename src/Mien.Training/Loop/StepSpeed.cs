namespace Mien.Training;

/// <summary>The speed of a network on this machine.</summary>
/// <param name="TrainingImagesPerSecond">
/// Images per second in training steps: forward, backward, SGD. Without augmentation and evaluation.
/// </param>
/// <param name="InferenceImagesPerSecond">Images per second in forward passes of libtorch without gradients.</param>
/// <param name="TrainingGigaFlops">
/// Billions of floating-point operations per second in the training steps, at 6 per MAC (2 forward, 4 backward).
/// </param>
/// <param name="Steps">The number of timed training steps.</param>
internal sealed record StepSpeed(
    double TrainingImagesPerSecond,
    double InferenceImagesPerSecond,
    double TrainingGigaFlops,
    int Steps
);
