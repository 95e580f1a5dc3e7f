using SkiaSharp;

namespace Mien;

/// <summary>
/// A gray image with one byte per pixel. The size is fixed; the pixel array is not copied, and its owner may write to
/// it. Safe for concurrent reads while no thread writes.
/// </summary>
public sealed class GrayImage
{
    /// <summary>Creates an image over an array without copying it.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">
    /// height × width gray values 0 (black) to 255 (white), row by row from the top, without padding.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A side is less than 1, or the length of the array is not height × width.
    /// </exception>
    public GrayImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height)
        {
            throw new ArgumentException(
                $"An image of {width}×{height} needs {(long)width * height} bytes, the array has {pixels.LongLength}.",
                nameof(pixels)
            );
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>
    /// The gray values 0..255, row by row from the top: height × width bytes. The array itself, not a copy.
    /// </summary>
    public byte[] Pixels { get; }

    /// <summary>
    /// Decodes a JPEG, PNG, WebP, BMP or GIF file to gray. The EXIF orientation is applied (JPEG, WebP, PNG); of an
    /// animation the first frame is decoded. Gray sources keep their values exactly. Colours are converted to luma with
    /// the weights of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B) on the gamma-encoded values, as by Pillow's
    /// <c>convert("L")</c>, so colours with three equal values keep that value. Transparent pixels are composited over
    /// white, the background of most viewers and web pages. Embedded colour profiles are ignored. 16 bits per channel
    /// are reduced to 8. Thread-safe.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A new image that the caller owns.</returns>
    /// <exception cref="MienException">
    /// <c>fileNotFound</c>, <c>isDirectory</c>, <c>noPermission</c>, <c>badPath</c>, <c>unreadableFile</c>,
    /// <c>emptyFile</c>, <c>tooLarge</c>, <c>notAnImage</c>, <c>truncatedImage</c>, <c>corruptImage</c>;
    /// <c>noNativeLibrary</c>: the native library of Skia is missing.
    /// </exception>
    public static GrayImage Decode(string path, ImageLimits? limits = null) =>
        ImageDecoder.Decode(
            InputFile.Read(path, "image", (limits ?? ImageLimits.Default).MaxBytes),
            path,
            limits ?? ImageLimits.Default
        );

    /// <summary>
    /// Decodes an image from a stream, from the current position to the end; see
    /// <see cref="Decode(string, ImageLimits)"/>.
    /// </summary>
    /// <param name="stream">A readable stream; need not be seekable and is left open.</param>
    /// <param name="name">The name of the source for error messages; <see langword="null"/> uses "image".</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A new image that the caller owns.</returns>
    /// <exception cref="MienException">As for <see cref="Decode(string, ImageLimits)"/>.</exception>
    public static GrayImage Decode(Stream stream, string? name = null, ImageLimits? limits = null) =>
        ImageDecoder.Decode(
            InputFile.Read(stream, name ?? "image", "image", (limits ?? ImageLimits.Default).MaxBytes),
            name ?? "image",
            limits ?? ImageLimits.Default
        );

    /// <summary>Decodes an image from the bytes of a file; see <see cref="Decode(string, ImageLimits)"/>.</summary>
    /// <param name="data">The bytes of the file; not retained.</param>
    /// <param name="name">The name of the source for error messages; <see langword="null"/> uses "image".</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A new image that the caller owns.</returns>
    /// <exception cref="MienException">As for <see cref="Decode(string, ImageLimits)"/>.</exception>
    public static GrayImage Decode(ReadOnlySpan<byte> data, string? name = null, ImageLimits? limits = null) =>
        ImageDecoder.Decode(data, name ?? "image", limits ?? ImageLimits.Default);

    /// <summary>
    /// Resizes the image by separable resampling in single precision, rounded once at the end. Pixel centres are at
    /// half integers, kernels are widened when a side shrinks (antialiasing), and weights are truncated at the edges
    /// and normalised. These are the conventions of Pillow, which additionally rounds between its two passes.
    /// Thread-safe.
    /// </summary>
    /// <param name="width">New width in pixels, at least 1.</param>
    /// <param name="height">New height in pixels, at least 1.</param>
    /// <param name="kernel">The resampling kernel.</param>
    /// <returns>A new image with its own pixels; an exact copy if the size is the same.</returns>
    /// <exception cref="ArgumentException">A side is less than 1, or the kernel is unknown.</exception>
    public GrayImage Resize(int width, int height, ResizeKernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte[] pixels = new byte[checked(width * height)];
        Resampler.Resize(Pixels, Width, Height, pixels, width, height, kernel);
        return new GrayImage(width, height, pixels);
    }

    /// <summary>Encodes the image losslessly as an 8-bit gray PNG.</summary>
    /// <returns>The bytes of the PNG file; the caller owns the array.</returns>
    /// <exception cref="MienException"><c>noNativeLibrary</c>: the native library of Skia is missing.</exception>
    public unsafe byte[] EncodePng()
    {
        try
        {
            fixed (byte* pixels = Pixels)
            {
                using var pixmap = new SKPixmap(
                    new SKImageInfo(Width, Height, SKColorType.Gray8, SKAlphaType.Opaque),
                    (nint)pixels,
                    Width
                );
                using SKData data =
                    pixmap.Encode(SKPngEncoderOptions.Default)
                    ?? throw new InvalidOperationException(
                        $"Skia could not encode an image of {Width}×{Height} as PNG."
                    );
                return data.ToArray();
            }
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("SkiaSharp", e);
        }
    }
}
