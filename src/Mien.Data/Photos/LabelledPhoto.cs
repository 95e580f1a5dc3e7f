namespace Mien.Data;

/// <summary>A photo with the label of one of its faces.</summary>
/// <param name="Path">The path of the file, which also names the photo in messages and results.</param>
/// <param name="Label">The label of the face, one of the <see cref="LabelNames"/> that the data was read with.</param>
internal sealed record LabelledPhoto(string Path, string Label)
{
    /// <summary>The label as the data writes it; <c>null</c> if it is the same but for the case.</summary>
    public string? Spelling { get; init; }

    /// <summary>
    /// The box of the labelled face in pixels of the upright photo; <c>null</c> if the data gives none, which means the
    /// largest face.
    /// </summary>
    public FaceBox? Box { get; init; }

    /// <summary>Whose face it is, in any notation; <c>null</c> if the data does not say.</summary>
    public string? Person { get; init; }

    /// <summary>
    /// The folders between class and photo or above the class, such as that of a person; <c>null</c> if there are none.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>The split; <c>null</c> if the data has no splits.</summary>
    public DatasetSplit? Split { get; init; }

    /// <summary>Creates a photo whose label is written in some spelling.</summary>
    public static LabelledPhoto Of(string path, string text, int place, LabelNames names)
    {
        string label = names.Labels[place];
        string written = text.Trim();
        return new LabelledPhoto(path, label)
        {
            Spelling = written.Equals(label, StringComparison.OrdinalIgnoreCase) ? null : written,
        };
    }
}
