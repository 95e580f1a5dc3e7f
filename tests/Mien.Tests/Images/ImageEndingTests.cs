using System.Buffers.Binary;
using SkiaSharp;

namespace Mien.Tests;

/// <summary>
/// As <see cref="JpegEndingTests"/>, of the other kinds: read where only what follows the pixels is missing, else
/// truncated, also where an end was put behind a half.
/// </summary>
public sealed class ImageEndingTests
{
    private static readonly GrayImage Picture = Even(ImageFiles.Pattern(57, 50));

    [Fact]
    public void A_png()
    {
        byte[] file = Picture.EncodePng();
        byte[] data = Idat(file);
        byte[] head = file[..33];
        AssertRead(file[..^12], "no IEND");
        AssertRead(file[..^4], "no checksum of IEND");
        AssertRead(file[..^16], "no checksum of the pixels");
        AssertRead(WithIdat(head, data[..^4]), "no checksum inside the pixels");
        AssertTruncated(file[..(file.Length / 2)], "half");
        AssertTruncated([.. file[..(file.Length / 2)], .. file[^12..]], "half with IEND");
        AssertTruncated(WithIdat(head, data[..(data.Length / 2)]), "half its pixels in whole chunks");
        AssertTruncated([.. file[..(file.Length / 2)], .. new byte[file.Length / 2]], "half filled up with zeros");

        byte[] damaged = [.. file];
        damaged[file.Length / 2] ^= 0x55;
        Assert.Equal("corruptImage", Code(damaged));
    }

    [Fact]
    public void A_gif()
    {
        byte[] file = ImageFiles.Gif(Picture);
        AssertRead(file[..^1], "no trailer");
        AssertRead(file[..^2], "no end of blocks");
        AssertRead(file[..^3], "no end code");
        AssertTruncated(file[..(file.Length / 2)], "half");
        AssertTruncated([.. file[..(file.Length / 2)], 0, 0x3B], "half with an end");
        int blocks = 13 + 384 + 11;
        AssertTruncated([.. file[..(blocks + (4 * 256))], 0, 0x3B], "half its blocks with an end");
    }

    [Fact]
    public void A_bmp()
    {
        byte[] file = ImageFiles.Bmp(Picture);
        AssertRead(file[..^3], "no padding of the last row");
        AssertTruncated(file[..^4], "a pixel is missing");
        AssertTruncated(file[..(file.Length / 2)], "half");
        byte[] half = file[..(file.Length / 2)];
        BinaryPrimitives.WriteInt32LittleEndian(half.AsSpan(2), half.Length);
        AssertTruncated(half, "half that says it is whole");
    }

    [Theory]
    [InlineData(100)] // without loss
    [InlineData(80)]
    public void A_webp(int quality)
    {
        byte[] file = Encode(Picture, quality);
        Assert.Equal(quality == 100 ? "VP8L"u8 : "VP8 "u8, file.AsSpan(12, 4));
        AssertTruncated(file[..(file.Length / 2)], "half");
        byte[] half = file[..(file.Length / 2 / 2 * 2)];
        BinaryPrimitives.WriteInt32LittleEndian(half.AsSpan(4), half.Length - 8);
        BinaryPrimitives.WriteInt32LittleEndian(half.AsSpan(16), half.Length - 20);
        AssertTruncated(half, "half that says it is whole");

        byte[] extended = ImageFiles.WebpWithOrientation(file, Picture.Width, Picture.Height, 1);
        AssertRead(extended, "with EXIF");
        AssertRead(extended[..^10], "half its EXIF");
    }

    [Fact]
    public void A_webp_without_the_byte_that_makes_its_length_even()
    {
        // Sizes until one has an odd length.
        byte[] file = Enumerable
            .Range(20, 40)
            .Select(side => Encode(Even(ImageFiles.Pattern(side, side)), 100))
            .First(f => (BinaryPrimitives.ReadInt32LittleEndian(f.AsSpan(16)) & 1) == 1);
        AssertRead(file[..^1], "no padding");
        AssertTruncated(file[..^4], "pixels are missing");
    }

    [Fact]
    public void A_whole_file_is_decoded_once()
    {
        foreach (
            byte[] file in new[]
            {
                Picture.EncodePng(),
                ImageFiles.Gif(Picture),
                ImageFiles.Bmp(Picture),
                Encode(Picture, 80),
            }
        )
        {
            long before = ImageCodec.Decodes;
            GrayImage.Decode(file);
            Assert.Equal(1, ImageCodec.Decodes - before);
        }
    }

    private static void AssertRead(byte[] file, string what)
    {
        Assert.True(Code(file) == "ok", $"{what}: {Code(file)}");
        using Photo photo = Photo.Decode(file);
        GrayImage image = GrayImage.Decode(file);
        Assert.Equal((image.Width, image.Height), (photo.Width, photo.Height));
        if (image.Width == Picture.Width && !file.AsSpan().StartsWith("RIFF"u8))
        {
            Assert.Equal(Picture.Pixels, image.Pixels);
        }
    }

    private static void AssertTruncated(byte[] file, string what) =>
        Assert.True(Code(file) == "truncatedImage", $"{what}: {Code(file)}");

    private static string Code(byte[] file)
    {
        string code = "ok";
        try
        {
            GrayImage.Decode(file);
        }
        catch (MienException e)
        {
            code = e.Code;
        }

        try
        {
            Photo.Decode(file).Dispose();
            Assert.Equal("ok", code);
        }
        catch (MienException e)
        {
            Assert.Equal(e.Code, code);
        }

        return code;
    }

    private static byte[] Encode(GrayImage image, int quality) =>
        ImageFiles.Encode(image, SKEncodedImageFormat.Webp, quality);

    private static GrayImage Even(GrayImage image) =>
        new(image.Width, image.Height, [.. image.Pixels.Select(p => (byte)(p & 0xFE))]);

    private static byte[] Idat(byte[] png)
    {
        var data = new List<byte>();
        for (int at = 8; at < png.Length; )
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                data.AddRange(png[(at + 8)..(at + 8 + length)]);
            }

            at += length + 12;
        }

        return [.. data];
    }

    private static byte[] WithIdat(byte[] head, byte[] data)
    {
        using var file = new MemoryStream();
        file.Write(head);
        ImageFiles.Chunk(file, "IDAT"u8, data);
        ImageFiles.Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }
}
