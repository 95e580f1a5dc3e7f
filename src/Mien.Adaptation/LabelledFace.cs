using Mien.Data;

namespace Mien.Adaptation;

/// <summary>
/// A face with its label: what a model is adapted to. It names its picture, which is read when the model is adapted.
/// Immutable.
/// </summary>
public sealed record LabelledFace
{
    private LabelledFace(string label) => Label = label;

    /// <summary>
    /// The label in any spelling that <see cref="AdaptationOptions"/> allows, such as <c>happiness</c>, <c>happy</c> or
    /// a class of one's own.
    /// </summary>
    public string Label { get; }

    /// <summary>The name of the picture in messages and in the report.</summary>
    public string Name { get; init; } = "picture";

    /// <summary>
    /// Whose face it is, in any notation; <see langword="null"/> if that is not known. The pictures of a person are
    /// kept together when the gain is measured, so that it is the gain on other people.
    /// </summary>
    public string? Person { get; init; }

    /// <summary>
    /// Without a <see cref="Person"/>: what else the picture belongs to, such as a video or a session, whose pictures
    /// are kept together; <see langword="null"/> if nothing is known.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>
    /// The box of the face in pixels of the upright photo, needed where a photo shows several faces. Of the faces that
    /// are found in the photo, the one with the greatest overlap is taken, if its intersection over union is at least
    /// 0.3. <see langword="null"/> if the photo shows one face, or is a face crop.
    /// </summary>
    public FaceBox? Box { get; init; }

    internal string? Path { get; private init; }

    internal ReadOnlyMemory<byte>? Data { get; private init; }

    internal Photo? Photo { get; private init; }

    internal GrayImage? Crop { get; private init; }

    internal FaceDataset? Dataset { get; private init; }

    internal int Index { get; private init; }

    internal AdaptationProblem? Problem { get; private init; }

    /// <summary>A face in an image file. Faces are found and cropped as in prediction.</summary>
    /// <param name="path">The path of the file. It is read when the model is adapted.</param>
    /// <param name="label">The label.</param>
    /// <returns>The labelled face.</returns>
    public static LabelledFace FromFile(string path, string label)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(label);
        return new LabelledFace(label) { Path = path, Name = path };
    }

    /// <summary>A face in an image, given the bytes of its file.</summary>
    /// <param name="data">The bytes; not copied, so do not modify them until the model is adapted.</param>
    /// <param name="label">The label.</param>
    /// <returns>The labelled face.</returns>
    public static LabelledFace FromBytes(ReadOnlyMemory<byte> data, string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return new LabelledFace(label) { Data = data };
    }

    /// <summary>A face in a decoded photo.</summary>
    /// <param name="photo">The photo; do not dispose it until the model is adapted.</param>
    /// <param name="label">The label.</param>
    /// <returns>The labelled face.</returns>
    public static LabelledFace FromPhoto(Photo photo, string label)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(label);
        return new LabelledFace(label) { Photo = photo };
    }

    /// <summary>A face crop of any size, framed as prediction frames its crops; nothing is detected in it.</summary>
    /// <param name="crop">The crop; not copied, so do not modify it until the model is adapted.</param>
    /// <param name="label">The label.</param>
    /// <returns>The labelled face.</returns>
    public static LabelledFace FromCrop(GrayImage crop, string label)
    {
        ArgumentNullException.ThrowIfNull(crop);
        ArgumentNullException.ThrowIfNull(label);
        return new LabelledFace(label) { Crop = crop };
    }

    /// <summary>An image of a data set, which is not copied.</summary>
    internal static LabelledFace FromDataset(FaceDataset dataset, int index) =>
        new(dataset.Label(index).Name())
        {
            Dataset = dataset,
            Index = index,
            Name = dataset.Source(index),
        };

    /// <summary>A face that cannot be used, for the report.</summary>
    internal static LabelledFace Unusable(AdaptationProblem problem) =>
        new(problem.Label ?? "") { Problem = problem, Name = problem.Source };
}
