using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace Mien.Tests;

/// <summary>Creates small image files, with Skia or, for formats that Skia cannot write, byte by byte.</summary>
internal static class ImageFiles
{
    /// <summary>Creates a pattern of varying gray values, so that rotated or shifted copies are different.</summary>
    public static GrayImage Pattern(int width, int height, int seed = 1)
    {
        byte[] pixels = new byte[width * height];
        new Random(seed).NextBytes(pixels);
        return new GrayImage(width, height, pixels);
    }

    /// <summary>
    /// A gradient, which survives JPEG almost unchanged: dark at the top left, brighter to the right and further down.
    /// </summary>
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
            using var pixmap = new SKPixmap(
                new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque),
                (nint)pixels,
                image.Width
            );
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

    /// <summary>
    /// Gets the pixels that a camera stores for an image: the inverse of the transformation that EXIF prescribes for
    /// viewers.
    /// </summary>
    public static GrayImage Stored(GrayImage upright, int orientation) =>
        orientation switch
        {
            1 => upright,
            2 => FlipColumns(upright),
            3 => FlipColumns(FlipRows(upright)),
            4 => FlipRows(upright),
            5 => Transpose(upright),
            6 => FlipRows(Transpose(upright)), // rotated left by 90°; the viewer rotates it right
            7 => FlipRows(FlipColumns(Transpose(upright))),
            _ => FlipColumns(Transpose(upright)),
        };

    /// <summary>Inserts an EXIF segment with an orientation after the start marker of a JPEG.</summary>
    public static byte[] WithOrientation(byte[] jpeg, ushort orientation) =>
        // APP1 and its length without the marker
        [.. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. Exif(orientation), .. jpeg[2..]];

    /// <summary>Converts a simple WebP file to an extended one with an EXIF chunk after the image.</summary>
    public static byte[] WebpWithOrientation(byte[] webp, int width, int height, ushort orientation)
    {
        byte[] canvas = new byte[10];
        canvas[0] = 0x08; // has EXIF
        BinaryPrimitives.WriteInt32LittleEndian(canvas.AsSpan(4), width - 1); // three bytes each
        BinaryPrimitives.WriteInt32LittleEndian(canvas.AsSpan(6), (height - 1) << 8 | canvas[6]);
        byte[] exif = Exif(orientation);
        byte[] picture = webp[12..];
        byte[] file =
        [
            .. "RIFF\0\0\0\0WEBP"u8,
            .. "VP8X"u8,
            10,
            0,
            0,
            0,
            .. canvas,
            .. picture,
            .. "EXIF"u8,
            (byte)exif.Length,
            0,
            0,
            0,
            .. exif,
        ];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    /// <summary>Inserts a chunk after the header of a PNG.</summary>
    public static byte[] WithPngChunk(byte[] png, string type, byte[] content)
    {
        using var chunk = new MemoryStream();
        Chunk(chunk, System.Text.Encoding.ASCII.GetBytes(type), content);
        return [.. png[..33], .. chunk.ToArray(), .. png[33..]];
    }

    /// <summary>Creates the TIFF structure of EXIF with an orientation, in either byte order.</summary>
    public static byte[] Exif(ushort orientation, bool bigEndian = false) =>
        bigEndian
            ? [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0]
            : [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Creates a PNG from raw scanlines (without the filter bytes).</summary>
    public static byte[] Png(
        int width,
        int height,
        byte bitDepth,
        byte colourType,
        byte[] scanlines,
        byte[]? palette = null,
        byte[]? transparency = null
    )
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

    /// <summary>Creates an 8-bit gray BMP with a palette, bottom row first.</summary>
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
            image
                .Pixels.AsSpan(y * image.Width, image.Width)
                .CopyTo(file.AsSpan(1078 + ((image.Height - 1 - y) * stride)));
        }

        return file;
    }

    /// <summary>
    /// Creates a GIF with 128 gray values, which must be even. A clear code before the table grows keeps the LZW codes
    /// literal.
    /// </summary>
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
        foreach (byte[] block in codes.Chunk(255)) // codes of 8 bits: one per byte
        {
            file.WriteByte((byte)block.Length);
            file.Write(block);
        }

        file.Write([0, 0x3B]);
        return file.ToArray();
    }

    /// <summary>
    /// Creates an 8×8 JPEG of one colour in Adobe's CMYK, in which 255 means no ink, byte by byte: one DC coefficient
    /// per channel.
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
            bits +=
                Convert.ToString(category, 2).PadLeft(4, '0')
                + (category == 0 ? "" : Convert.ToString(coded, 2).PadLeft(category, '0'))
                + "0";
        }

        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        IEnumerable<byte> data = bits.Chunk(8)
            .Select(b => Convert.ToByte(new string(b), 2))
            .SelectMany(b => b == 0xFF ? new byte[] { 0xFF, 0 } : [b]);
        return
        [
            0xFF,
            0xD8,
            0xFF,
            0xEE,
            0,
            14,
            .. "Adobe"u8,
            0,
            100,
            0,
            0,
            0,
            0,
            0,
            0xFF,
            0xDB,
            0,
            67,
            0,
            .. Enumerable.Repeat((byte)1, 64),
            0xFF,
            0xC0,
            0,
            20,
            8,
            0,
            8,
            0,
            8,
            4,
            1,
            0x11,
            0,
            2,
            0x11,
            0,
            3,
            0x11,
            0,
            4,
            0x11,
            0,
            0xFF,
            0xC4,
            0,
            31,
            0x00,
            0,
            0,
            0,
            12,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            0xFF,
            0xC4,
            0,
            20,
            0x10,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0xFF,
            0xDA,
            0,
            14,
            4,
            1,
            0,
            2,
            0,
            3,
            0,
            4,
            0,
            0,
            63,
            0,
            .. data,
            0xFF,
            0xD9,
        ];
    }

    private static GrayImage Transpose(GrayImage image) => Map(image, image.Height, image.Width, (x, y) => (y, x));

    private static GrayImage FlipColumns(GrayImage image) =>
        Map(image, image.Width, image.Height, (x, y) => (image.Width - 1 - x, y));

    private static GrayImage FlipRows(GrayImage image) =>
        Map(image, image.Width, image.Height, (x, y) => (x, image.Height - 1 - y));

    private static GrayImage Map(GrayImage image, int width, int height, Func<int, int, (int X, int Y)> from)
    {
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y) = from(i % width, i / width);
            pixels[i] = image.Pixels[(y * image.Width) + x];
        }

        return new GrayImage(width, height, pixels);
    }

    /// <summary>Writes a PNG's chunk with its length and checksum.</summary>
    public static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] content)
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
