namespace Mien.Data;

/// <summary>A photo with the label of one of its faces.</summary>
/// <param name="Path">The path of the file, which also names the photo in messages and results.</param>
/// <param name="Label">The expression of the face.</param>
internal sealed record LabelledPhoto(string Path, Expression Label)
{
    /// <summary>
    /// The box of the labelled face in pixels of the upright photo; <c>null</c> if the data gives none, which means the
    /// largest face.
    /// </summary>
    public FaceBox? Box { get; init; }

    /// <summary>Whose face it is, in any notation; <c>null</c> if the data does not say.</summary>
    public string? Person { get; init; }

    /// <summary>The split; <c>null</c> if the data has no splits.</summary>
    public DatasetSplit? Split { get; init; }
}
