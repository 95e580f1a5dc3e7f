using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Mien;

/// <summary>Turns the bytes of an image file into gray pixels. Thread-safe.</summary>
internal static class ImageDecoder
{
    private const string Readable = "JPEG, PNG, WebP, BMP or GIF";
    private const int StripRows = 64;

    /// <summary>Decodes one picture; <see cref="GrayImage.Decode(string, ImageLimits)"/> says how.</summary>
    public static GrayImage Decode(ReadOnlySpan<byte> data, string name, ImageLimits limits)
    {
        if (data.IsEmpty)
        {
            throw new MienException("emptyFile", $"{name}: is empty (0 bytes), expected an image. Copy or download it again.");
        }

        if (data.Length > limits.MaxBytes)
        {
            throw new MienException("tooLarge", string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: holds {data.Length / 1048576.0:0.#} MiB, at most {limits.MaxBytes / 1048576.0:0.#} MiB are read as an image. Make it smaller, or raise the limit."));
        }

        // Only known signatures reach Skia: it also takes a run of zero bytes for a picture (WBMP has no signature).
        string? format = ImageSignature.Decodable(data) ?? throw new MienException(
            "notAnImage", $"{name}: {ImageSignature.Describe(data)}, expected an image ({Readable}). Convert it to one of these.");
        try
        {
            return DecodeWithSkia(data, name, format, limits);
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("SkiaSharp", e);
        }
    }

    private static unsafe GrayImage DecodeWithSkia(ReadOnlySpan<byte> data, string name, string format, ImageLimits limits)
    {
        fixed (byte* bytes = data)
        {
            // Skia reads from the caller's memory; everything that points there is gone before it is unpinned.
            using SKData skData = SKData.Create((nint)bytes, data.Length);
            using var stream = new SKMemoryStream(skData);
            using SKCodec? codec = SKCodec.Create(stream, out SKCodecResult opened);
            if (codec is null)
            {
                throw Failure(opened, name, format);
            }

            SKImageInfo info = codec.Info;
            long count = (long)info.Width * info.Height;
            if (count > Math.Min(limits.MaxPixels, Array.MaxLength))
            {
                throw new MienException("tooLarge", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: is a picture of {info.Width}×{info.Height} ({count / 1e6:0.#} megapixels), at most {limits.MaxPixels / 1e6:0.#} megapixels are decoded. Make it smaller, or raise the limit."));
            }

            byte[] gray = GC.AllocateUninitializedArray<byte>((int)count);
            SKCodecResult result = info.ColorType == SKColorType.Gray8 ? DecodeGray(codec, info, gray) : DecodeColour(codec, info, gray);

            // Skia fills what it could not read with black or leaves it: a part of a picture is an error, not a picture.
            return result == SKCodecResult.Success
                ? ImageOrientation.Apply(new GrayImage(info.Width, info.Height, gray), codec.EncodedOrigin)
                : throw Failure(result, name, format);
        }
    }

    private static unsafe SKCodecResult DecodeGray(SKCodec codec, SKImageInfo info, byte[] gray)
    {
        fixed (byte* pixels = gray)
        {
            // Without a colour space in the target Skia converts no colours, so the values are those of the file.
            return codec.GetPixels(new SKImageInfo(info.Width, info.Height, SKColorType.Gray8, SKAlphaType.Opaque), (nint)pixels);
        }
    }

    private static unsafe SKCodecResult DecodeColour(SKCodec codec, SKImageInfo info, byte[] gray)
    {
        bool opaque = info.AlphaType == SKAlphaType.Opaque;
        var target = new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);

        // By strips where the codec can (JPEG, BMP): a photo of 100 megapixels takes 400 MB as colours otherwise.
        bool strips = codec.StartScanlineDecode(target) == SKCodecResult.Success && codec.ScanlineOrder == SKCodecScanlineOrder.TopDown;
        int rows = strips ? Math.Min(info.Height, StripRows) : info.Height;
        byte* colours = (byte*)NativeMemory.Alloc((nuint)info.Width * (nuint)rows, 4);
        try
        {
            if (!strips)
            {
                SKCodecResult result = codec.GetPixels(target, (nint)colours);
                if (result == SKCodecResult.Success)
                {
                    ToGray(colours, gray, opaque);
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

                ToGray(colours, gray.AsSpan(y * info.Width, wanted * info.Width), opaque);
            }

            return SKCodecResult.Success;
        }
        finally
        {
            NativeMemory.Free(colours);
        }
    }

    private static unsafe void ToGray(byte* colours, Span<byte> gray, bool opaque)
    {
        for (int i = 0; i < gray.Length; i++, colours += 4)
        {
            // ITU-R BT.601-7, 2.5.1, in 1/65536: 0.299, 0.587, 0.114. The weights sum to 65536, so equal values stay.
            int luma = ((colours[0] * 19595) + (colours[1] * 38470) + (colours[2] * 7471) + 32768) >> 16;

            // Over white: luma × a + 255 × (1 − a), rounded.
            gray[i] = (byte)(opaque ? luma : ((luma * colours[3]) + (255 * (255 - colours[3])) + 127) / 255);
        }
    }

    private static MienException Failure(SKCodecResult result, string name, string format) => result switch
    {
        SKCodecResult.IncompleteInput => new MienException(
            "truncatedImage", $"{name}: the {format} file ends before the picture does. Copy or download it again."),
        _ => new MienException(
            "corruptImage", $"{name}: starts as a {format} file, but cannot be decoded ({result}). Open it in an image program and save it again, or copy or download it again."),
    };
}
