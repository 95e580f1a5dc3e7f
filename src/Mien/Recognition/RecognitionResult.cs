namespace Mien;

/// <summary>What was found in one image. Immutable.</summary>
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

    /// <summary>The path, or the name that the caller gave; <see langword="null"/> where there is none.</summary>
    public string? Name { get; }

    /// <summary>What became of the image.</summary>
    public RecognitionStatus Status { get; }

    /// <summary>Width of the upright image in pixels, as the file has it; 0 where it could not be read.</summary>
    public int Width { get; }

    /// <summary>Height of the upright image in pixels, as the file has it; 0 where it could not be read.</summary>
    public int Height { get; }

    /// <summary>The faces in reading order: line by line, from left to right.</summary>
    public IReadOnlyList<RecognizedFace> Faces { get; }

    /// <summary>Whether no face was looked for: the whole image counted as the crop of one face.</summary>
    public bool IsFaceCrop { get; internal init; }

    /// <summary>
    /// How often the detector ran: once for the whole photo and once a tile; 0 where no face was looked for.
    /// </summary>
    public int DetectorRuns { get; internal init; }

    /// <summary>Why the image failed; <see langword="null"/> where it did not.</summary>
    public MienException? Error { get; }

    /// <summary>
    /// The result of an image that could not be read, for batches in which one bad file must not end the rest.
    /// </summary>
    /// <param name="name">The path or another name.</param>
    /// <param name="error">Why.</param>
    /// <returns>A result with <see cref="RecognitionStatus.Error"/>.</returns>
    public static RecognitionResult Failed(string? name, MienException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new RecognitionResult(name, error);
    }
}
