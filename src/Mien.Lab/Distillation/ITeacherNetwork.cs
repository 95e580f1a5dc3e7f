using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>A network that predicts augmented images for a student.</summary>
internal interface ITeacherNetwork : IDisposable
{
    /// <summary>The model's name.</summary>
    string Name { get; }

    /// <summary>The SHA-256 of its file, in hexadecimal digits.</summary>
    string Hash { get; }

    /// <summary>Rows of its input.</summary>
    int Height { get; }

    /// <summary>Columns of its input.</summary>
    int Width { get; }

    /// <summary>Whether it has a head for the FER+ votes.</summary>
    bool HasVotes { get; }

    /// <summary>
    /// Renders the augmented images as its inputs: the student's random numbers at its own input size, with its own
    /// scale, offset and crop normalisation.
    /// </summary>
    /// <param name="recipe">The student's recipe.</param>
    /// <param name="train">The training images.</param>
    Augmenter AugmenterOf(TrainingRecipe recipe, FaceDataset train);

    /// <summary>Predicts images.</summary>
    /// <param name="inputs">count × height × width inputs.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="labels">Receives count × 7 probabilities of FER2013's labels.</param>
    /// <param name="votes">Receives those of the head for votes, if there is one; otherwise it is not used.</param>
    void Predict(float[] inputs, int count, Span<float> labels, Span<float> votes);
}
