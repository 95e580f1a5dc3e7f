using Mien.Data;

namespace Mien.Evaluation;

/// <summary>What face detection and a model made of one labelled face. Immutable.</summary>
/// <param name="Photo">The photo with its label.</param>
/// <param name="Result">All faces found in the photo, or why it could not be processed.</param>
internal sealed record PhotoPrediction(LabelledPhoto Photo, RecognitionResult Result)
{
    /// <summary>
    /// The labelled face (<see cref="FaceChoice"/>); <c>null</c> if it was missed or the photo failed.
    /// </summary>
    public RecognizedFace? Face { get; } = FaceChoice.Choose(Result.Faces, Photo.Box);

    /// <summary>Whether the photo could not be processed, so that nothing is known of the face.</summary>
    public bool IsFailed => Result.Error is not null;

    /// <summary>Whether the photo was read, and the labelled face is not among those found.</summary>
    public bool IsMissed => !IsFailed && Face is null;
}
