using SkiaSharp;

namespace Mien;

/// <summary>
/// Draws bounding boxes and labels on photos. Each face gets a box in the colour of its label
/// (<see cref="ExpressionColors"/>) and a text such as <c>happiness 93 %</c>; uncertain faces get a dashed box and a
/// text such as <c>sadness? 41 %</c>. Lines and text scale with the photo; labels stay inside the photo and do not
/// overlap if there is room. The font is embedded in the library, so no installed font is needed. Thread-safe.
/// </summary>
public static class PhotoAnnotator
{
    /// <summary>
    /// Photos whose shorter side is below this are enlarged by an integer factor; a label would be unreadable on 48
    /// pixels.
    /// </summary>
    private const int SmallestSide = 240;

    /// <summary>The maximum length of the longer side after enlarging.</summary>
    private const int LargestEnlarged = 2048;

    private const int JpegQuality = 90;

    /// <summary>Draws the faces of a result on an image file.</summary>
    /// <param name="path">Path of the image that <paramref name="result"/> belongs to.</param>
    /// <param name="result">The result whose boxes and labels are drawn.</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>
    /// The upright photo in full resolution; a photo under 240 pixels is enlarged by an integer factor so that labels
    /// are readable. Metadata of the file (location, camera, colour profile) is not copied.
    /// </returns>
    /// <exception cref="MienException">
    /// The image cannot be read, as for <see cref="GrayImage.Decode(string, ImageLimits)"/>.
    /// </exception>
    public static AnnotatedPhoto Annotate(string path, RecognitionResult result, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        return Annotate(InputFile.Read(path, "image", limits.MaxBytes), result, limits);
    }

    /// <summary>Draws the faces of a result on an image, given the bytes of its file.</summary>
    /// <param name="data">The bytes of the image file; not retained.</param>
    /// <param name="result">The result whose boxes and labels are drawn.</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>As for <see cref="Annotate(string, RecognitionResult, ImageLimits)"/>.</returns>
    /// <exception cref="MienException">
    /// The image cannot be read, as for <see cref="GrayImage.Decode(string, ImageLimits)"/>.
    /// </exception>
    public static AnnotatedPhoto Annotate(ReadOnlySpan<byte> data, RecognitionResult result, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        using Photo photo = PhotoDecoder.Decode(data, result.Name ?? "image", limits ?? ImageLimits.Default);
        return Annotate(photo, data, result);
    }

    /// <summary>Draws the faces of a result on a photo that was decoded in full resolution.</summary>
    /// <param name="photo">The decoded photo; its pixels are overwritten.</param>
    /// <param name="data">The bytes of the file, which determine the output format.</param>
    /// <param name="result">The result whose boxes and labels are drawn.</param>
    internal static AnnotatedPhoto Annotate(Photo photo, ReadOnlySpan<byte> data, RecognitionResult result)
    {
        return Annotate(photo, result, ImageSignature.Decodable(data) == "JPEG");
    }

    /// <summary>Draws the faces of a result on a frame of a video and encodes it as JPEG.</summary>
    /// <param name="photo">The frame; its pixels are overwritten.</param>
    /// <param name="result">The result whose boxes and labels are drawn.</param>
    internal static AnnotatedPhoto AnnotateJpeg(Photo photo, RecognitionResult result) =>
        Annotate(photo, result, jpeg: true);

    private static AnnotatedPhoto Annotate(Photo photo, RecognitionResult result, bool jpeg)
    {
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

        // Nothing else uses the photo any more, so its own pixels are drawn on instead of a copy.
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
                ?? throw new InvalidOperationException($"Skia cannot draw on an image of {info.Width}×{info.Height}.")
        )
        {
            FaceMarks.Draw(surface.Canvas, info.Width, info.Height, result, factor);
            surface.Flush();
        }

        using var pixmap = new SKPixmap(info, pixels);
        using SKData data =
            (jpeg ? pixmap.Encode(SKEncodedImageFormat.Jpeg, JpegQuality) : pixmap.Encode(SKPngEncoderOptions.Default))
            ?? throw new InvalidOperationException($"Skia could not encode an image of {info.Width}×{info.Height}.");
        return data.ToArray();
    }

    private static int Enlargement(int width, int height)
    {
        int wanted = (SmallestSide + Math.Min(width, height) - 1) / Math.Min(width, height);
        return Math.Clamp(wanted, 1, Math.Max(1, LargestEnlarged / Math.Max(width, height)));
    }
}
