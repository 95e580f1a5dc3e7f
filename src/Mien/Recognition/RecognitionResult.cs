namespace Mien;

/// <summary>The result for one image. Immutable.</summary>
public sealed class RecognitionResult
{
    internal RecognitionResult(string? name, int width, int height, IReadOnlyList<RecognizedFace> faces)
    {
        Name = name;
        Width = width;
        Height = height;
        Faces = faces;
        Status = faces.Count > 0 ? RecognitionStatus.Ok : RecognitionStatus.NoFace;
    }

    private RecognitionResult(string? name, MienException error)
    {
        Name = name;
        Faces = [];
        Error = error;
        Status = RecognitionStatus.Error;
    }

    /// <summary>The path, or the name given by the caller; <see langword="null"/> if there is none.</summary>
    public string? Name { get; }

    /// <summary>The outcome for the image.</summary>
    public RecognitionStatus Status { get; }

    /// <summary>Width of the upright image in pixels, in full resolution; 0 if it could not be read.</summary>
    public int Width { get; }

    /// <summary>Height of the upright image in pixels, in full resolution; 0 if it could not be read.</summary>
    public int Height { get; }

    /// <summary>
    /// The faces in reading order, line by line and from left to right, or in the order of
    /// <see cref="RecognitionOptions.Boxes"/>; empty if there are none.
    /// </summary>
    public IReadOnlyList<RecognizedFace> Faces { get; }

    /// <summary>Whether the whole image was treated as the crop of one face, without face detection.</summary>
    public bool IsFaceCrop { get; internal init; }

    /// <summary>
    /// The head whose predictions were used, one of <see cref="ModelContract.HeadNames"/>; <see langword="null"/> if
    /// the model has one head, or the image could not be read.
    /// </summary>
    public string? Head { get; internal init; }

    /// <summary>
    /// The number of detector runs: one for the whole photo and one per tile; 0 if face detection was skipped.
    /// </summary>
    public int DetectorRuns { get; internal init; }

    /// <summary>
    /// The error, if <see cref="Status"/> is <see cref="RecognitionStatus.Error"/>; otherwise <see langword="null"/>.
    /// </summary>
    public MienException? Error { get; }

    /// <summary>
    /// Creates the result for an image that could not be read, for batches that continue after a bad file.
    /// </summary>
    /// <param name="name">The path or another name; may be <see langword="null"/>.</param>
    /// <param name="error">The reason.</param>
    /// <returns>A result with <see cref="RecognitionStatus.Error"/>.</returns>
    public static RecognitionResult Failed(string? name, MienException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new RecognitionResult(name, error);
    }
}
