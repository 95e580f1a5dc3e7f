using System.Runtime.InteropServices;
using SkiaSharp;

namespace Mien;

/// <summary>Decodes the bytes of an image file to gray pixels. Thread-safe.</summary>
internal static class ImageDecoder
{
    private const int StripRows = 64;

    /// <summary>Decodes one image as documented for <see cref="GrayImage.Decode(string, ImageLimits)"/>.</summary>
    public static GrayImage Decode(ReadOnlySpan<byte> data, string name, ImageLimits limits) =>
        ImageCodec.Use(
            data,
            name,
            limits,
            (codec, bytes, format, origin) =>
            {
                ImageCodec.Decoding();
                SKImageInfo info = codec.Info;
                byte[] gray = GC.AllocateUninitializedArray<byte>(info.Width * info.Height);
                SKCodecResult result =
                    info.ColorType == SKColorType.Gray8
                        ? DecodeGray(codec, info, gray)
                        : DecodeColour(codec, info, gray);

                // For a truncated file Skia leaves the missing pixels black or unwritten. A partial image is an error.
                if (result != SKCodecResult.Success)
                {
                    throw ImageCodec.Failure(result, name, format);
                }

                if (format == "JPEG")
                {
                    ImageCodec.CheckJpegEnd(bytes, gray[^1], name, limits);
                }

                return Upright(info, gray, origin);
            }
        );

    private static GrayImage Upright(SKImageInfo info, byte[] gray, SKEncodedOrigin origin)
    {
        if (ImageOrientation.IsUpright(origin))
        {
            return new GrayImage(info.Width, info.Height, gray);
        }

        byte[] turned = GC.AllocateUninitializedArray<byte>(gray.Length);
        ImageOrientation.Apply<byte>(gray, info.Width, info.Height, origin, turned);
        return ImageOrientation.SwapsSides(origin)
            ? new GrayImage(info.Height, info.Width, turned)
            : new GrayImage(info.Width, info.Height, turned);
    }

    private static unsafe SKCodecResult DecodeGray(SKCodec codec, SKImageInfo info, byte[] gray)
    {
        fixed (byte* pixels = gray)
        {
            // Without a colour space in the target, Skia does not convert colours, so the values of the file are kept.
            return codec.GetPixels(
                new SKImageInfo(info.Width, info.Height, SKColorType.Gray8, SKAlphaType.Opaque),
                (nint)pixels
            );
        }
    }

    private static unsafe SKCodecResult DecodeColour(SKCodec codec, SKImageInfo info, byte[] gray)
    {
        bool opaque = info.AlphaType == SKAlphaType.Opaque;
        var target = new SKImageInfo(
            info.Width,
            info.Height,
            SKColorType.Rgba8888,
            opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul
        );

        // Decode in strips if the codec supports it (JPEG, BMP): otherwise a photo of 100 megapixels needs 400 MB for
        // colours.
        bool strips =
            codec.StartScanlineDecode(target) == SKCodecResult.Success
            && codec.ScanlineOrder == SKCodecScanlineOrder.TopDown;
        int rows = strips ? Math.Min(info.Height, StripRows) : info.Height;
        byte* colours = (byte*)NativeMemory.Alloc((nuint)info.Width * (nuint)rows, 4);
        NativeObjects.Made();
        try
        {
            if (!strips)
            {
                SKCodecResult result = codec.GetPixels(target, (nint)colours);
                if (result == SKCodecResult.Success)
                {
                    // Row by row, because a large image can have more bytes than the maximum length of a span.
                    for (int y = 0; y < info.Height; y++)
                    {
                        ToGray(colours + ((long)y * info.Width * 4), gray.AsSpan(y * info.Width, info.Width), opaque);
                    }
                }

                return result;
            }

            for (int y = 0; y < info.Height; y += rows)
            {
                int wanted = Math.Min(rows, info.Height - y);
                if (codec.GetScanlines((nint)colours, wanted, info.Width * 4) != wanted)
                {
                    return SKCodecResult.IncompleteInput;
                }

                for (int i = 0; i < wanted; i++)
                {
                    ToGray(colours + ((long)i * info.Width * 4), gray.AsSpan((y + i) * info.Width, info.Width), opaque);
                }
            }

            return SKCodecResult.Success;
        }
        finally
        {
            NativeMemory.Free(colours);
            NativeObjects.Freed();
        }
    }

    private static unsafe void ToGray(byte* colours, Span<byte> gray, bool opaque)
    {
        var rgba = new ReadOnlySpan<byte>(colours, gray.Length * 4);
        if (opaque)
        {
            Luma.FromRgba(rgba, gray);
        }
        else
        {
            Luma.FromRgbaOverWhite(rgba, gray);
        }
    }
}
