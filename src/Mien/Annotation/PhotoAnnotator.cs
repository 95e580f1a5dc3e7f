using SkiaSharp;

namespace Mien;

/// <summary>
/// Draws boxes and labels on photos: a frame in the label's colour (<see cref="ExpressionColors"/>; dashed where
/// the result is uncertain) and a label such as <c>happiness 93 %</c> (<c>sadness? 41 %</c> where it is uncertain).
/// Lines and text grow with the photo, and labels stay inside it and clear of one another where there is room. The font
/// is inside the library, so that machines without fonts show text too. Thread-safe.
/// </summary>
public static class PhotoAnnotator
{
    /// <summary>
    /// Photos narrower or lower than this are enlarged by a whole number: no label could be read in a crop of 48
    /// pixels.
    /// </summary>
    private const int SmallestSide = 240;

    /// <summary>Enlarging ends where the longer side would pass this.</summary>
    private const int LargestEnlarged = 2048;

    private const int JpegQuality = 90;

    /// <summary>Marks the faces of an image file.</summary>
    /// <param name="path">The file that <paramref name="result"/> is of.</param>
    /// <param name="result">What was recognized in it; its boxes and labels are drawn.</param>
    /// <param name="limits">
    /// What is refused before decoding; <see langword="null"/>: <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>
    /// The photo upright and in its full size; a small one is enlarged by a whole number until a label can be read in
    /// it. What the file held besides the picture (place, camera, colour profile) is not copied.
    /// </returns>
    /// <exception cref="MienException">
    /// The image cannot be read, as for <see cref="GrayImage.Decode(string, ImageLimits)"/>.
    /// </exception>
    public static AnnotatedPhoto Annotate(string path, RecognitionResult result, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        return Annotate(InputFile.Read(path, "image", limits.MaxBytes), result, limits);
    }

    /// <summary>Marks the faces of an image, given the bytes of its file.</summary>
    /// <param name="data">The file's bytes; not kept.</param>
    /// <param name="result">What was recognized in it.</param>
    /// <param name="limits">
    /// What is refused before decoding; <see langword="null"/>: <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>As for a file.</returns>
    /// <exception cref="MienException">The image cannot be read.</exception>
    public static AnnotatedPhoto Annotate(ReadOnlySpan<byte> data, RecognitionResult result, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        using Photo photo = PhotoDecoder.Decode(data, result.Name ?? "image", limits ?? ImageLimits.Default);
        return Annotate(photo, data, result);
    }

    /// <summary>Marks the faces of a photo in full size.</summary>
    /// <param name="photo">What <paramref name="data"/> holds; drawn on, so of no other use afterwards.</param>
    /// <param name="data">The file's bytes, which tell the kind of file.</param>
    /// <param name="result">What was recognized in it.</param>
    internal static AnnotatedPhoto Annotate(Photo photo, ReadOnlySpan<byte> data, RecognitionResult result)
    {
        bool jpeg = ImageSignature.Decodable(data) == "JPEG";
        try
        {
            return new AnnotatedPhoto(Draw(photo, result, jpeg), jpeg ? ".jpg" : ".png");
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("SkiaSharp", e);
        }
    }

    private static unsafe byte[] Draw(Photo photo, RecognitionResult result, bool jpeg)
    {
        int factor = Enlargement(photo.Width, photo.Height);
        var info = new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);

        // The photo is nobody else's any more, so it is drawn on where it lies.
        fixed (byte* pixels = photo.Rgba)
        {
            if (factor == 1)
            {
                return Draw(info, (nint)pixels, result, 1, jpeg);
            }

            using var small = new SKPixmap(info, (nint)pixels);
            using var large = new SKBitmap(info.WithSize(info.Width * factor, info.Height * factor));
            using SKPixmap target = large.PeekPixels();
            small.ScalePixels(target, new SKSamplingOptions(SKFilterMode.Nearest));
            return Draw(large.Info, large.GetPixels(), result, factor, jpeg);
        }
    }

    private static byte[] Draw(SKImageInfo info, nint pixels, RecognitionResult result, int factor, bool jpeg)
    {
        using (
            SKSurface surface =
                SKSurface.Create(info, pixels)
                ?? throw new InvalidOperationException($"Skia cannot draw on a picture of {info.Width}×{info.Height}.")
        )
        {
            FaceMarks.Draw(surface.Canvas, info.Width, info.Height, result, factor);
            surface.Flush();
        }

        using var pixmap = new SKPixmap(info, pixels);
        using SKData data =
            (jpeg ? pixmap.Encode(SKEncodedImageFormat.Jpeg, JpegQuality) : pixmap.Encode(SKPngEncoderOptions.Default))
            ?? throw new InvalidOperationException($"Skia could not encode a picture of {info.Width}×{info.Height}.");
        return data.ToArray();
    }

    private static int Enlargement(int width, int height)
    {
        int wanted = (SmallestSide + Math.Min(width, height) - 1) / Math.Min(width, height);
        return Math.Clamp(wanted, 1, Math.Max(1, LargestEnlarged / Math.Max(width, height)));
    }
}
