namespace Mien;

// A result and the photo with its faces marked, for the programs.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>
    /// Recognizes an image file and marks its faces. The photo is decoded once, but for a JPEG that the recognizer
    /// decodes at a reduced scale: results are the same with and without marks, and marks are drawn in full size.
    /// Thread-safe.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>
    /// What <see cref="Recognize(string, RecognitionOptions, CancellationToken)"/> and
    /// <see cref="PhotoAnnotator.Annotate(string, RecognitionResult, ImageLimits)"/> give.
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

    /// <summary>Recognizes an image and marks its faces, given the bytes of its file. Thread-safe.</summary>
    /// <param name="data">The file's bytes; not kept.</param>
    /// <param name="name">Where it comes from, for the result and for messages.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>As for a file.</returns>
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
