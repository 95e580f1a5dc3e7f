using SkiaSharp;

namespace Mien;

/// <summary>
/// A gray picture, one byte a pixel. The size never changes; the pixel array is not copied and may be written to by its
/// owner. Reading from several threads is safe as long as nobody writes.
/// </summary>
public sealed class GrayImage
{
    /// <summary>Creates a picture over an array, which is kept without copying.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">
    /// height × width gray values 0 (black) to 255 (white), row by row from the top, without padding.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A side is under 1, or the array has another length than height × width.
    /// </exception>
    public GrayImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height)
        {
            throw new ArgumentException(
                $"A picture of {width}×{height} needs {(long)width * height} bytes, the array has {pixels.LongLength}.",
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
    /// Gray values 0..255, row by row from the top: height × width bytes; the array itself, not a copy.
    /// </summary>
    public byte[] Pixels { get; }

    /// <summary>
    /// Reads a JPEG, PNG, WebP, BMP or GIF file (of an animation the first frame) as gray, upright as its EXIF
    /// orientation says (JPEG, WebP, PNG). Gray sources keep their values exactly; colours become luma with the weights
    /// of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B) on the gamma-coded values, as Pillow's <c>convert("L")</c> has it,
    /// so a colour whose three values are equal keeps them. Transparent pixels are laid over white, which is what most
    /// viewers and pages show them on. Embedded colour profiles are ignored. 16 bits a channel are reduced to 8.
    /// Thread-safe.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">
    /// What is refused before decoding; <see langword="null"/>: <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A picture that the caller owns.</returns>
    /// <exception cref="MienException">
    /// <c>fileNotFound</c>, <c>isDirectory</c>, <c>noPermission</c>, <c>badPath</c>, <c>unreadableFile</c>,
    /// <c>emptyFile</c>, <c>tooLarge</c>, <c>notAnImage</c>, <c>truncatedImage</c>, <c>corruptImage</c>;
    /// <c>noNativeLibrary</c> where the program lacks Skia's native library.
    /// </exception>
    public static GrayImage Decode(string path, ImageLimits? limits = null) =>
        ImageDecoder.Decode(
            InputFile.Read(path, "image", (limits ?? ImageLimits.Default).MaxBytes),
            path,
            limits ?? ImageLimits.Default
        );

    /// <summary>
    /// Reads a picture from a stream, from its position to its end; see <see cref="Decode(string, ImageLimits)"/>.
    /// </summary>
    /// <param name="stream">A readable stream, which need not be seekable and stays open.</param>
    /// <param name="name">Where it comes from, for messages; <see langword="null"/>: "image".</param>
    /// <param name="limits">
    /// What is refused before decoding; <see langword="null"/>: <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A picture that the caller owns.</returns>
    /// <exception cref="MienException">As for a file.</exception>
    public static GrayImage Decode(Stream stream, string? name = null, ImageLimits? limits = null) =>
        ImageDecoder.Decode(
            InputFile.Read(stream, name ?? "image", "image", (limits ?? ImageLimits.Default).MaxBytes),
            name ?? "image",
            limits ?? ImageLimits.Default
        );

    /// <summary>Reads a picture from the bytes of a file; see <see cref="Decode(string, ImageLimits)"/>.</summary>
    /// <param name="data">The file's bytes; not kept.</param>
    /// <param name="name">Where it comes from, for messages; <see langword="null"/>: "image".</param>
    /// <param name="limits">
    /// What is refused before decoding; <see langword="null"/>: <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A picture that the caller owns.</returns>
    /// <exception cref="MienException">As for a file.</exception>
    public static GrayImage Decode(ReadOnlySpan<byte> data, string? name = null, ImageLimits? limits = null) =>
        ImageDecoder.Decode(data, name ?? "image", limits ?? ImageLimits.Default);

    /// <summary>
    /// The same picture in another size, by one separable resampling in single precision, rounded once at the end.
    /// Pixel centres lie at half integers, kernels are widened when a side shrinks, and weights are cut at the edges
    /// and normalised: the conventions of Pillow, which rounds once more, between its two passes.
    /// </summary>
    /// <param name="width">New width in pixels, at least 1.</param>
    /// <param name="height">New height in pixels, at least 1.</param>
    /// <param name="kernel">The resampling kernel.</param>
    /// <returns>A new picture that shares nothing with this one; an exact copy where the size stays.</returns>
    /// <exception cref="ArgumentException">A side is under 1 or the kernel is unknown.</exception>
    public GrayImage Resize(int width, int height, ResizeKernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte[] pixels = new byte[checked(width * height)];
        Resampler.Resize(Pixels, Width, Height, pixels, width, height, kernel);
        return new GrayImage(width, height, pixels);
    }

    /// <summary>The picture as an 8-bit gray PNG file, without loss.</summary>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="MienException"><c>noNativeLibrary</c>: the program lacks Skia's native library.</exception>
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
                        $"Skia could not encode a picture of {Width}×{Height} as PNG."
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
