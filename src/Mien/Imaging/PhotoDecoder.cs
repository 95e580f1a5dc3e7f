using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Mien;

/// <summary>Turns the bytes of an image file into a <see cref="Photo"/>. Thread-safe.</summary>
internal static class PhotoDecoder
{
    /// <summary>Decodes one picture.</summary>
    /// <param name="data">The file's bytes.</param>
    /// <param name="name">For messages.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="neededSide">
    /// So many pixels of the longer side are all that will be used, given the longer side in the file: a JPEG that is
    /// at least twice as large is decoded at a half, a quarter or an eighth. <see langword="null"/>: the full size.
    /// </param>
    /// <exception cref="MienException">It cannot be read.</exception>
    public static Photo Decode(
        ReadOnlySpan<byte> data,
        string name,
        ImageLimits limits,
        Func<int, float>? neededSide = null
    ) =>
        ImageCodec.Use(
            data,
            name,
            limits,
            (codec, format, origin) =>
            {
                ImageCodec.Decoding();
                SKImageInfo info = codec.Info;
                SKSizeI size =
                    format == "JPEG" && neededSide is not null
                        ? Reduced(codec, neededSide(Math.Max(info.Width, info.Height)))
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
                        // Skia fills what it could not read with black or leaves it: a part of a picture is an error,
                        // not a picture.
                        throw ImageCodec.Failure(result, name, format);
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

    /// <summary>Lays pixels that are not opaque over white, in place; the fourth byte becomes 255.</summary>
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

    /// <summary>
    /// libjpeg's cheap scales: halves of the transform's 8 pixels. Others are as slow as the full size.
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

        // Without a colour space in the target Skia converts no colours, so the values are those of the file.
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
