using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Mien;

/// <summary>Decodes the bytes of an image file to a <see cref="Photo"/>. Thread-safe.</summary>
internal static class PhotoDecoder
{
    /// <summary>Decodes one image.</summary>
    /// <param name="data">The bytes of the file.</param>
    /// <param name="name">The name of the source for error messages.</param>
    /// <param name="limits">Limits that are checked before decoding.</param>
    /// <param name="neededSide">
    /// Computes the needed length of the longer side from its length in the file, in pixels. A JPEG of at least twice
    /// that is decoded at 1/2, 1/4 or 1/8 of its size, which saves time and memory. <see langword="null"/> decodes in
    /// full resolution.
    /// </param>
    /// <exception cref="MienException">The image cannot be decoded.</exception>
    public static Photo Decode(
        ReadOnlySpan<byte> data,
        string name,
        ImageLimits limits,
        Func<int, int, float>? neededSide = null
    ) =>
        ImageCodec.Use(
            data,
            name,
            limits,
            (codec, bytes, format, origin) =>
            {
                ImageCodec.Decoding();
                SKImageInfo info = codec.Info;
                SKSizeI size =
                    format == "JPEG" && neededSide is not null
                        ? Reduced(codec, neededSide(info.Width, info.Height))
                        : info.Size;
                if ((long)size.Width * size.Height * 4 > Array.MaxLength)
                {
                    throw new MienException(
                        ErrorKind.BadInput,
                        "tooLarge",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{name}: is a picture of {info.Width}×{info.Height}, more than can be decoded at "
                                + $"once ({Array.MaxLength / 4 / 1000000} megapixels). Make it smaller."
                        )
                    )
                    {
                        HttpStatus = 413,
                    };
                }

                byte[] pixels = PixelPool.Rent(size.Width * size.Height * 4);
                try
                {
                    SKCodecResult result = GetPixels(codec, size, pixels);
                    if (result != SKCodecResult.Success)
                    {
                        // For a truncated file Skia leaves the missing pixels black or unwritten. A partial image is an
                        // error.
                        throw ImageCodec.Failure(result, name, format);
                    }

                    if (format == "JPEG")
                    {
                        ReadOnlySpan<byte> last = pixels.AsSpan(((size.Width * size.Height) - 1) * 4, 4);
                        ImageCodec.CheckJpegEnd(bytes, Luma.Of(last[0], last[1], last[2]), name, limits);
                    }
                }
                catch
                {
                    PixelPool.Return(pixels);
                    throw;
                }

                return Upright(pixels, info.Size, size, origin);
            }
        );

    /// <summary>Composites pixels with straight alpha over white, in place; the fourth byte becomes 255.</summary>
    public static void LayOverWhite(Span<byte> rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha == 255)
            {
                continue;
            }

            for (int c = i; c < i + 3; c++)
            {
                rgba[c] = (byte)(((rgba[c] * alpha) + (255 * (255 - alpha)) + 127) / 255);
            }

            rgba[i + 3] = 255;
        }
    }

    /// <summary>As <see cref="LayOverWhite"/>, for premultiplied colours.</summary>
    public static void LayPremultipliedOverWhite(Span<byte> rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int white = 255 - rgba[i + 3];
            for (int c = i; c < i + 3; c++)
            {
                // A premultiplied colour cannot exceed its alpha; clamp invalid ones, so that they do not wrap around.
                rgba[c] = (byte)Math.Min(255, rgba[c] + white);
            }

            rgba[i + 3] = 255;
        }
    }

    /// <summary>
    /// Chooses a reduced scale at which libjpeg decodes faster: 1/2, 1/4 and 1/8 shrink the 8×8 inverse DCT itself.
    /// Other scales are as slow as the full size.
    /// </summary>
    private static SKSizeI Reduced(SKCodec codec, float needed)
    {
        int longer = Math.Max(codec.Info.Width, codec.Info.Height);
        foreach (float scale in (ReadOnlySpan<float>)[0.125f, 0.25f, 0.5f])
        {
            SKSizeI size = codec.GetScaledDimensions(scale);
            if (longer * scale >= needed && size.Width > 0 && size.Height > 0)
            {
                return size;
            }
        }

        return codec.Info.Size;
    }

    private static unsafe SKCodecResult GetPixels(SKCodec codec, SKSizeI size, byte[] pixels)
    {
        bool opaque = codec.Info.AlphaType == SKAlphaType.Opaque;

        // Without a colour space in the target, Skia does not convert colours, so the values of the file are kept.
        var target = new SKImageInfo(
            size.Width,
            size.Height,
            SKColorType.Rgba8888,
            opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul
        );
        fixed (byte* address = pixels)
        {
            SKCodecResult result = codec.GetPixels(target, (nint)address);
            if (result == SKCodecResult.Success && !opaque)
            {
                LayOverWhite(pixels.AsSpan(0, size.Width * size.Height * 4));
            }

            return result;
        }
    }

    private static Photo Upright(byte[] pixels, SKSizeI full, SKSizeI size, SKEncodedOrigin origin)
    {
        if (ImageOrientation.IsUpright(origin))
        {
            return new Photo(full.Width, full.Height, size.Width, size.Height, pixels);
        }

        byte[] turned = PixelPool.Rent(size.Width * size.Height * 4);
        ImageOrientation.Apply<uint>(
            MemoryMarshal.Cast<byte, uint>(pixels.AsSpan())[..(size.Width * size.Height)],
            size.Width,
            size.Height,
            origin,
            MemoryMarshal.Cast<byte, uint>(turned.AsSpan())
        );
        PixelPool.Return(pixels);
        return ImageOrientation.SwapsSides(origin)
            ? new Photo(full.Height, full.Width, size.Height, size.Width, turned)
            : new Photo(full.Width, full.Height, size.Width, size.Height, turned);
    }
}
