using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace Mien.Tests.Images;

/// <summary>Small image files, written by Skia or by hand where Skia does not write the kind.</summary>
internal static class ImageFiles
{
    /// <summary>Gray values that differ everywhere, so that a turned or shifted picture cannot pass for it.</summary>
    public static GrayImage Pattern(int width, int height, int seed = 1)
    {
        byte[] pixels = new byte[width * height];
        new Random(seed).NextBytes(pixels);
        return new GrayImage(width, height, pixels);
    }

    /// <summary>A gradient, which survives JPEG almost unchanged: dark at the top left, brighter to the right and further down.</summary>
    public static GrayImage Gradient(int width, int height)
    {
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i % width * 60 / width) + (i / width * 180 / height));
        }

        return new GrayImage(width, height, pixels);
    }

    public static unsafe byte[] Encode(GrayImage image, SKEncodedImageFormat format, int quality = 100)
    {
        fixed (byte* pixels = image.Pixels)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque), (nint)pixels, image.Width);
            using SKData data = pixmap.Encode(format, quality)!;
            return data.ToArray();
        }
    }

    /// <summary>Colours as 0xAARRGGBB, row by row.</summary>
    public static byte[] EncodeColours(int width, int height, uint[] colours, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int i = 0; i < colours.Length; i++)
        {
            bitmap.SetPixel(i % width, i / width, new SKColor(colours[i]));
        }

        using SKData data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>Puts an EXIF segment with an orientation behind a JPEG's start marker.</summary>
    public static byte[] WithOrientation(byte[] jpeg, ushort orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, // APP1 and its length without the marker
            .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, // little endian; the directory follows at once
            1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, // one entry: 0x0112, one SHORT
            0, 0, 0, 0, // no further directory
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>A PNG from raw scanlines (without the filter bytes).</summary>
    public static byte[] Png(int width, int height, byte bitDepth, byte colourType, byte[] scanlines, byte[]? palette = null, byte[]? transparency = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bitDepth;
        header[9] = colourType;
        Chunk(file, "IHDR"u8, header);
        if (palette is not null)
        {
            Chunk(file, "PLTE"u8, palette);
        }

        if (transparency is not null)
        {
            Chunk(file, "tRNS"u8, transparency);
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            int stride = height == 0 ? 0 : scanlines.Length / height;
            for (int y = 0; y < height && stride > 0; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(scanlines, y * stride, stride);
            }
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>An 8-bit gray BMP with a palette, bottom row first.</summary>
    public static byte[] Bmp(GrayImage image)
    {
        int stride = (image.Width + 3) / 4 * 4;
        byte[] file = new byte[14 + 40 + 1024 + (stride * image.Height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 1078);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), image.Height);
        file[26] = 1;
        file[28] = 8;
        for (int i = 0; i < 256; i++)
        {
            file.AsSpan(54 + (i * 4), 3).Fill((byte)i);
        }

        for (int y = 0; y < image.Height; y++)
        {
            image.Pixels.AsSpan(y * image.Width, image.Width).CopyTo(file.AsSpan(1078 + ((image.Height - 1 - y) * stride)));
        }

        return file;
    }

    /// <summary>A GIF of 128 grays; its LZW stream is kept literal by a clear code before the table grows. Values must be even.</summary>
    public static byte[] Gif(GrayImage image)
    {
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        file.Write([(byte)image.Width, 0, (byte)image.Height, 0, 0xF6, 0, 0]);
        for (int i = 0; i < 128; i++)
        {
            file.Write([(byte)(i * 2), (byte)(i * 2), (byte)(i * 2)]);
        }

        file.Write([0x2C, 0, 0, 0, 0, (byte)image.Width, 0, (byte)image.Height, 0, 0, 7]);
        var codes = new List<byte>();
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            if (i % 100 == 0)
            {
                codes.Add(128);
            }

            codes.Add((byte)(image.Pixels[i] / 2));
        }

        codes.Add(129);
        foreach (byte[] block in codes.Chunk(255)) // codes of 8 bits: one a byte
        {
            file.WriteByte((byte)block.Length);
            file.Write(block);
        }

        file.Write([0, 0x3B]);
        return file.ToArray();
    }

    /// <summary>
    /// An 8×8 JPEG of one colour in Adobe's CMYK, where 255 means no ink, written by hand: one DC coefficient a channel.
    /// </summary>
    public static byte[] CmykJpeg(byte cyan, byte magenta, byte yellow, byte black)
    {
        string bits = "";
        foreach (byte value in new[] { cyan, magenta, yellow, black })
        {
            // DC = 8 × the mean after the level shift; its category in 4 bits, its value, then "end of block" (one 0).
            int dc = (value - 128) * 8;
            int category = 32 - int.LeadingZeroCount(Math.Abs(dc));
            int coded = dc < 0 ? dc + (1 << category) - 1 : dc;
            bits += Convert.ToString(category, 2).PadLeft(4, '0') + (category == 0 ? "" : Convert.ToString(coded, 2).PadLeft(category, '0')) + "0";
        }

        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        IEnumerable<byte> data = bits.Chunk(8).Select(b => Convert.ToByte(new string(b), 2)).SelectMany(b => b == 0xFF ? new byte[] { 0xFF, 0 } : [b]);
        return
        [
            0xFF, 0xD8,
            0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
            0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
            0xFF, 0xC4, 0, 31, 0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
            0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0,
            .. data,
            0xFF, 0xD9,
        ];
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] checkedPart = [.. type, .. content];
        file.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(checkedPart));
        file.Write(number);
    }

    private static uint Crc32(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
