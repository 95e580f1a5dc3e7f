namespace Mien;

/// <summary>
/// A decoded colour photo, upright. Its pixels are in a pooled array, which Dispose returns; later uses throw. (Without
/// Dispose, the garbage collector frees the array.) Safe for concurrent reads.
/// </summary>
public sealed class Photo : IDisposable
{
    private byte[]? rgba;

    /// <summary>Takes ownership of the pixels.</summary>
    /// <param name="width">Width in full resolution.</param>
    /// <param name="height">Height in full resolution.</param>
    /// <param name="pixelWidth">Width of the decoded pixels, at most that of the full resolution.</param>
    /// <param name="pixelHeight">Height of the decoded pixels.</param>
    /// <param name="rgba">The pixels, in an array from <see cref="PixelPool"/>.</param>
    internal Photo(int width, int height, int pixelWidth, int pixelHeight, byte[] rgba)
    {
        Width = width;
        Height = height;
        PixelWidth = pixelWidth;
        PixelHeight = pixelHeight;
        this.rgba = rgba;
    }

    /// <summary>Width of the upright photo in pixels, in full resolution.</summary>
    public int Width { get; }

    /// <summary>Height of the upright photo in pixels, in full resolution.</summary>
    public int Height { get; }

    /// <summary>
    /// Width of the decoded pixels; less than <see cref="Width"/> if a large JPEG was decoded at a reduced scale.
    /// </summary>
    internal int PixelWidth { get; }

    /// <summary>Height of the decoded pixels.</summary>
    internal int PixelHeight { get; }

    /// <summary>Decoded pixels per pixel of the full resolution, horizontally; at most 1.</summary>
    internal float ScaleX => (float)PixelWidth / Width;

    /// <summary>Decoded pixels per pixel of the full resolution, vertically; at most 1.</summary>
    internal float ScaleY => (float)PixelHeight / Height;

    /// <summary>The decoded pixels row by row, four bytes each: red, green, blue and 255.</summary>
    internal ReadOnlySpan<byte> Rgba => RgbaMemory.Span;

    /// <summary>The same pixels as memory; it must not be used after the photo is disposed.</summary>
    internal ReadOnlyMemory<byte> RgbaMemory
    {
        get
        {
            byte[]? pixels = rgba;
            ObjectDisposedException.ThrowIf(pixels is null, this);
            return pixels.AsMemory(0, PixelWidth * PixelHeight * 4);
        }
    }

    /// <summary>
    /// Decodes a JPEG, PNG, WebP, BMP or GIF file in full resolution. The EXIF orientation is applied (JPEG, WebP,
    /// PNG); of an animation the first frame is decoded. Transparent pixels are composited over white, embedded colour
    /// profiles are ignored, and 16 bits per channel are reduced to 8. Thread-safe.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A photo that the caller must dispose.</returns>
    /// <exception cref="MienException">As for <see cref="GrayImage.Decode(string, ImageLimits)"/>.</exception>
    public static Photo Decode(string path, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        return PhotoDecoder.Decode(InputFile.Read(path, "image", limits.MaxBytes), path, limits);
    }

    /// <summary>
    /// Decodes a photo from a stream, from the current position to the end; see
    /// <see cref="Decode(string, ImageLimits)"/>.
    /// </summary>
    /// <param name="stream">A readable stream; need not be seekable and is left open.</param>
    /// <param name="name">The name of the source for error messages; <see langword="null"/> uses "image".</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A photo that the caller must dispose.</returns>
    /// <exception cref="MienException">As for <see cref="Decode(string, ImageLimits)"/>.</exception>
    public static Photo Decode(Stream stream, string? name = null, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        return PhotoDecoder.Decode(
            InputFile.Read(stream, name ?? "image", "image", limits.MaxBytes),
            name ?? "image",
            limits
        );
    }

    /// <summary>Decodes a photo from the bytes of a file; see <see cref="Decode(string, ImageLimits)"/>.</summary>
    /// <param name="data">The bytes of the file; not retained.</param>
    /// <param name="name">The name of the source for error messages; <see langword="null"/> uses "image".</param>
    /// <param name="limits">
    /// Limits that are checked before decoding; <see langword="null"/> uses <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <returns>A photo that the caller must dispose.</returns>
    /// <exception cref="MienException">As for <see cref="Decode(string, ImageLimits)"/>.</exception>
    public static Photo Decode(ReadOnlySpan<byte> data, string? name = null, ImageLimits? limits = null) =>
        PhotoDecoder.Decode(data, name ?? "image", limits ?? ImageLimits.Default);

    /// <summary>Creates a photo from pixels decoded by another library, such as a video frame. Thread-safe.</summary>
    /// <param name="pixels">
    /// height rows of width pixels, from the top, or from the bottom if <paramref name="stride"/> is negative. Copied.
    /// </param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="layout">
    /// The order of a pixel's bytes and the meaning of a fourth byte. Transparent pixels are composited over white.
    /// </param>
    /// <param name="stride">
    /// Bytes from one row to the next; 0: width × bytes per pixel. If negative, the rows are stored bottom-up with
    /// |stride| bytes between them, and <paramref name="pixels"/> begins with the bottom row, at the lowest address. If
    /// an API gives the address of the top row and a negative stride (<c>Scan0</c> of .NET's <c>BitmapData</c>), the
    /// lowest address is <c>Scan0 + stride × (height − 1)</c>.
    /// </param>
    /// <returns>A photo that the caller must dispose.</returns>
    /// <exception cref="ArgumentException">
    /// A side is less than 1, the stride is too small, or there are too few bytes.
    /// </exception>
    public static Photo FromPixels(ReadOnlySpan<byte> pixels, int width, int height, PixelLayout layout, int stride = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (int bytes, int red, int green, int blue, int alpha) = layout switch
        {
            PixelLayout.Gray => (1, 0, 0, 0, -1),
            PixelLayout.Rgb => (3, 0, 1, 2, -1),
            PixelLayout.Bgr => (3, 2, 1, 0, -1),
            PixelLayout.Rgba => (4, 0, 1, 2, 3),
            PixelLayout.Bgra => (4, 2, 1, 0, 3),
            PixelLayout.Rgbx => (4, 0, 1, 2, -1),
            PixelLayout.Bgrx => (4, 2, 1, 0, -1),
            PixelLayout.RgbaPremultiplied => (4, 0, 1, 2, 3),
            PixelLayout.BgraPremultiplied => (4, 2, 1, 0, 3),
            _ => throw new ArgumentOutOfRangeException(
                nameof(layout),
                layout,
                "Expected one of the values of PixelLayout."
            ),
        };
        if ((long)width * height * 4 > Array.MaxLength)
        {
            throw new ArgumentException(
                $"A photo of {width}×{height} exceeds the maximum of {Array.MaxLength / 4} pixels.",
                nameof(width)
            );
        }

        long row = stride == 0 ? (long)width * bytes : Math.Abs((long)stride);
        if (row < (long)width * bytes)
        {
            throw new ArgumentException(
                $"The stride is {stride}, a row of {width} pixels takes {(long)width * bytes} bytes. Give at least "
                    + $"that, or 0; negative where the rows lie bottom-up.",
                nameof(stride)
            );
        }

        long needed = (row * (height - 1)) + ((long)width * bytes);
        if (pixels.Length < needed)
        {
            throw new ArgumentException(
                $"{width}×{height} pixels of {bytes} byte(s) take {needed} bytes, got {pixels.Length}.",
                nameof(pixels)
            );
        }

        byte[] rgba = PixelPool.Rent(width * height * 4);
        for (int y = 0, to = 0; y < height; y++)
        {
            ReadOnlySpan<byte> line = pixels.Slice((int)((stride < 0 ? height - 1 - y : y) * row), width * bytes);
            for (int from = 0; from < line.Length; from += bytes, to += 4)
            {
                rgba[to] = line[from + red];
                rgba[to + 1] = line[from + green];
                rgba[to + 2] = line[from + blue];
                rgba[to + 3] = alpha < 0 ? (byte)255 : line[from + alpha];
            }
        }

        if (layout is PixelLayout.RgbaPremultiplied or PixelLayout.BgraPremultiplied)
        {
            PhotoDecoder.LayPremultipliedOverWhite(rgba.AsSpan(0, width * height * 4));
        }
        else if (alpha >= 0)
        {
            PhotoDecoder.LayOverWhite(rgba.AsSpan(0, width * height * 4));
        }

        return new Photo(width, height, width, height, rgba);
    }

    /// <summary>Converts the photo to gray, as <see cref="GrayImage.Decode(string, ImageLimits)"/> does.</summary>
    /// <returns>A new image that the caller owns.</returns>
    /// <exception cref="ObjectDisposedException">This photo was disposed.</exception>
    public GrayImage ToGray()
    {
        byte[] gray = GC.AllocateUninitializedArray<byte>(PixelWidth * PixelHeight);
        Luma.FromRgba(Rgba, gray);
        return new GrayImage(PixelWidth, PixelHeight, gray);
    }

    /// <summary>Returns the pixels to the pool; later uses throw. No other thread may be using the photo.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref rgba, null) is { } pixels)
        {
            PixelPool.Return(pixels);
        }
    }
}
