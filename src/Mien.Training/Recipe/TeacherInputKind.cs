namespace Mien.Training;

/// <summary>The images that a teacher sees.</summary>
internal enum TeacherInputKind
{
    /// <summary>The image of the data set, averaged with its mirror image, once before the training.</summary>
    Plain,

    /// <summary>The same augmented image as the student.</summary>
    Augmented,
}
