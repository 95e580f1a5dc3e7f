namespace Mien.Training;

/// <summary>
/// One or several teachers that see the augmented images of a training. The answers depend only on the request.
/// </summary>
internal interface IAugmentedTeacher : IDisposable
{
    /// <summary>Whether a teacher has a head for the FER+ votes.</summary>
    bool AnswersVotes { get; }

    /// <summary>
    /// Whether the answers are for the single images, computed before: mixup then blends them as it blends targets.
    /// Otherwise the teachers see the blended images.
    /// </summary>
    bool IsCached { get; }

    /// <summary>Predicts a batch.</summary>
    /// <param name="request">The images.</param>
    /// <returns>The answers, in the order of the images.</returns>
    TeacherAnswers Answer(TeacherRequest request);
}

/// <summary>A batch of augmented images.</summary>
/// <param name="Indices">The indices of the images in the training data.</param>
/// <param name="Epoch">The epoch of the augmentation, counted from 0.</param>
/// <param name="Plain">Whether flips are the only augmentation.</param>
/// <param name="Mixup">How the images are blended; <c>null</c> for not at all.</param>
internal sealed record TeacherRequest(int[] Indices, int Epoch, bool Plain, Mixup? Mixup);

/// <summary>The probabilities that teachers predict for a batch.</summary>
/// <param name="Labels">images × 7 of FER2013's labels.</param>
/// <param name="Votes">images × 7 of the head for FER+ votes; <c>null</c> if no teacher has one.</param>
internal sealed record TeacherAnswers(float[] Labels, float[]? Votes);
