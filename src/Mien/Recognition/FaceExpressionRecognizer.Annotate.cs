namespace Mien;

// A result together with the annotated photo, for the programs.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>
    /// Recognizes an image file and draws its faces. The photo is decoded once, except for a JPEG that recognition
    /// decodes at a reduced scale: it is decoded again in full resolution for drawing, so that the results do not
    /// depend on annotation. Thread-safe.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>
    /// The results of <see cref="Recognize(string, RecognitionOptions, CancellationToken)"/> and
    /// <see cref="PhotoAnnotator.Annotate(string, RecognitionResult, ImageLimits)"/>.
    /// </returns>
    internal (RecognitionResult Result, AnnotatedPhoto Marked) RecognizeAndAnnotate(
        string path,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        using FileBytes data = InputFile.Open(path, "image", Options.Limits.MaxBytes);
        return RecognizeAndAnnotate(data.Span, path, options, cancellationToken);
    }

    /// <summary>Recognizes an image, given the bytes of its file, and draws its faces. Thread-safe.</summary>
    /// <param name="data">The bytes of the file; not retained.</param>
    /// <param name="name">
    /// The name of the source for the result and for error messages; may be <see langword="null"/>.
    /// </param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>As for a path.</returns>
    internal (RecognitionResult Result, AnnotatedPhoto Marked) RecognizeAndAnnotate(
        ReadOnlySpan<byte> data,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        uses.Enter();
        try
        {
            options ??= new RecognitionOptions();
            CheckBoxes(options.Boxes);
            cancellationToken.ThrowIfCancellationRequested();
            bool isCrop = IsCrop(data, name, options);
            RecognitionResult result;
            using (
                Photo photo = isCrop
                    ? PhotoDecoder.Decode(data, name ?? "image", Options.Limits)
                    : DecodePhoto(data, name, options)
            )
            {
                result = isCrop
                    ? RecognizeCrop(photo.ToGray(), name, options, cancellationToken)
                    : RecognizePhoto(photo, name, options, cancellationToken);
                if (photo.PixelWidth == photo.Width && photo.PixelHeight == photo.Height)
                {
                    return (result, PhotoAnnotator.Annotate(photo, data, result));
                }
            }

            return (result, PhotoAnnotator.Annotate(data, result, Options.Limits));
        }
        finally
        {
            uses.Leave();
        }
    }
}
