namespace Mien.Training;

/// <summary>How fast a network is on this machine.</summary>
/// <param name="TrainingImagesPerSecond">
/// Images a second through training steps: forward, backward, SGD. Without augmentation and evaluation.
/// </param>
/// <param name="InferenceImagesPerSecond">Images a second through forward passes of libtorch without gradients.</param>
/// <param name="TrainingGigaFlops">
/// Billions of operations a second in the training steps, counting 6 a MAC (2 forward, 4 backward).
/// </param>
/// <param name="Steps">Training steps that were timed.</param>
internal sealed record StepSpeed(
    double TrainingImagesPerSecond,
    double InferenceImagesPerSecond,
    double TrainingGigaFlops,
    int Steps
);
