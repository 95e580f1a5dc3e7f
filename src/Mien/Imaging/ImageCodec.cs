using System.Globalization;
using SkiaSharp;

namespace Mien;

/// <summary>
/// Opens the bytes of an image file with the codecs of Skia, after checking size, format and limits. Thread-safe.
/// </summary>
internal static class ImageCodec
{
    private const string Truncated = "truncatedImage";
    private const string Corrupt = "corruptImage";
    private const string Readable = "JPEG, PNG, WebP, BMP or GIF";

    [ThreadStatic]
    private static long decodes;

    /// <summary>Does something with an open codec, which is gone afterwards.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="data">The file's bytes.</param>
    /// <param name="format">The format's name.</param>
    /// <param name="origin">Where the file's first pixel belongs.</param>
    public delegate T Reader<out T>(SKCodec codec, ReadOnlySpan<byte> data, string format, SKEncodedOrigin origin);

    /// <summary>
    /// How often this thread has decoded a picture's pixels, so that a test sees when one is decoded twice.
    /// </summary>
    public static long Decodes => decodes;

    /// <summary>Checks and opens a file, and does something with it while its bytes are pinned.</summary>
    /// <param name="data">The file's bytes.</param>
    /// <param name="name">For messages.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="use">
    /// Gets the codec; once more, with a mended file, where it reports one that ends too early or cannot be decoded.
    /// </param>
    /// <exception cref="MienException">It is empty, too large, no image, or one that Skia cannot open.</exception>
    public static T Use<T>(ReadOnlySpan<byte> data, string name, ImageLimits limits, Reader<T> use)
    {
        if (data.IsEmpty)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "emptyFile",
                $"{name}: is empty (0 bytes), expected an image. Copy or download it again."
            )
            {
                HttpStatus = 400,
            };
        }

        if (data.Length > limits.MaxBytes)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "tooLarge",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: holds {data.Length / 1048576.0:0.#} MiB, at "
                        + $"most {limits.MaxBytes / 1048576.0:0.#} MiB are read as an image. Make it smaller, or "
                        + $"raise the limit."
                )
            )
            {
                HttpStatus = 413,
            };
        }

        // Only known signatures reach Skia: it also takes a run of zero bytes for a picture (WBMP has no signature).
        string format = ImageSignature.Decodable(data) ?? throw NotAnImage(data, name);
        NativeLibraries.Check(NativeLibraries.SkiaFile);
        try
        {
            return OpenWithEnding(data, name, format, limits, use);
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("SkiaSharp", e);
        }
    }

    /// <summary>Counts a decoding on this thread.</summary>
    public static void Decoding() => decodes++;

    /// <summary>The size of a picture as it lies in the file, without decoding it.</summary>
    public static (int Width, int Height) SizeOf(ReadOnlySpan<byte> data, string name, ImageLimits limits) =>
        Use(data, name, limits, (codec, _, _, _) => (codec.Info.Width, codec.Info.Height));

    /// <summary>Refuses a JPEG whose end libjpeg has filled with gray.</summary>
    /// <param name="jpeg">The file.</param>
    /// <param name="lastLuma">The gray value of its lower right pixel, 0..255.</param>
    /// <param name="name">For messages.</param>
    /// <param name="limits">Those with which it was opened.</param>
    /// <exception cref="MienException"><c>truncatedImage</c>.</exception>
    public static void CheckJpegEnd(ReadOnlySpan<byte> jpeg, int lastLuma, string name, ImageLimits limits)
    {
        if (JpegEnding.IsFilled(jpeg, lastLuma, limits.MaxPixels))
        {
            throw Failure(SKCodecResult.IncompleteInput, name, "JPEG");
        }
    }

    /// <summary>Creates the error for the result of a codec.</summary>
    public static MienException Failure(SKCodecResult result, string name, string format) =>
        result switch
        {
            SKCodecResult.IncompleteInput => new MienException(
                ErrorKind.BadInput,
                Truncated,
                $"{name}: the {format} file ends before the picture does, or is damaged. Copy or download it again."
            ),
            _ => new MienException(
                ErrorKind.BadInput,
                Corrupt,
                $"{name}: starts as a {format} file, but cannot be decoded ({result}). Open it in an image "
                    + $"program and save it again, or copy or download it again."
            ),
        };

    private static MienException NotAnImage(ReadOnlySpan<byte> data, string name)
    {
        (string found, string advice) = ForeignFile.Describe(data, name);
        return new MienException(
            ErrorKind.BadInput,
            "notAnImage",
            $"{name}: {found}, expected an image ({Readable}). {advice}"
        )
        {
            HttpStatus = 415,
        };
    }

    private static T OpenWithEnding<T>(
        ReadOnlySpan<byte> data,
        string name,
        string format,
        ImageLimits limits,
        Reader<T> use
    )
    {
        try
        {
            return Open(data, name, format, limits, use);
        }
        catch (MienException e) when (e.Code is Truncated or Corrupt)
        {
            (bool isCut, byte[]? instead) = ImageEnding.Examine(data, format, e.Code == Truncated, limits.MaxPixels);
            MienException truncated = Failure(SKCodecResult.IncompleteInput, name, format);
            if (instead is null)
            {
                throw isCut ? truncated : e;
            }

            try
            {
                return Open(instead, name, format, limits, use);
            }
            catch (MienException again) when (again.Code is Truncated or Corrupt)
            {
                throw again.Code == Truncated ? truncated : e;
            }
        }
    }

    private static unsafe T Open<T>(
        ReadOnlySpan<byte> data,
        string name,
        string format,
        ImageLimits limits,
        Reader<T> use
    )
    {
        fixed (byte* bytes = data)
        {
            // Skia reads directly from the caller's memory; all objects that point to it are disposed before it is
            // unpinned.
            using SKData skData = SKData.Create((nint)bytes, data.Length);
            using var stream = new SKMemoryStream(skData);
            using SKCodec? codec = SKCodec.Create(stream, out SKCodecResult opened);
            if (codec is null)
            {
                throw Failure(opened, name, format);
            }

            NativeObjects.Made();
            try
            {
                CheckSize(codec.Info, name, limits);

                // Skia reads EXIF in JPEG and WebP only.
                return use(codec, data, format, format == "PNG" ? PngOrientation.Of(data) : codec.EncodedOrigin);
            }
            finally
            {
                NativeObjects.Freed();
            }
        }
    }

    private static void CheckSize(SKImageInfo info, string name, ImageLimits limits)
    {
        long count = (long)info.Width * info.Height;
        if (count > Math.Min(limits.MaxPixels, Array.MaxLength))
        {
            throw new MienException(
                ErrorKind.BadInput,
                "tooLarge",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: is a picture of {info.Width}×{info.Height} ({count / 1e6:0.#} megapixels), at "
                        + $"most {limits.MaxPixels / 1e6:0.#} megapixels are decoded. Make it smaller, or raise the "
                        + $"limit."
                )
            )
            {
                HttpStatus = 413,
            };
        }
    }
}
