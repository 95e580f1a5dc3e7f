using SkiaSharp;

namespace Mien.Tests;

public sealed class GrayImageDecodeTests
{
    [Fact]
    public void Lossless_gray_files_keep_every_value()
    {
        GrayImage image = ImageFiles.Pattern(37, 21);
        GrayImage even = new(37, 21, [.. image.Pixels.Select(p => (byte)(p & 0xFE))]);

        Assert.Equal(image.Pixels, GrayImage.Decode(image.EncodePng()).Pixels);
        Assert.Equal(image.Pixels, GrayImage.Decode(ImageFiles.Bmp(image)).Pixels);
        Assert.Equal(even.Pixels, GrayImage.Decode(ImageFiles.Gif(even)).Pixels);
        Assert.Equal(image.Pixels, GrayImage.Decode(ImageFiles.Png(37, 21, 8, 0, image.Pixels)).Pixels);
    }

    [Fact]
    public void Every_gray_level_is_unchanged_in_colour_formats()
    {
        uint[] colours = [.. Enumerable.Range(0, 256).Select(v => 0xFF000000 | ((uint)v * 0x010101))];
        byte[] expected = [.. Enumerable.Range(0, 256).Select(v => (byte)v)];

        Assert.Equal(
            expected,
            GrayImage.Decode(ImageFiles.EncodeColours(16, 16, colours, SKEncodedImageFormat.Png)).Pixels
        );
        byte[] rgb = [.. expected.SelectMany(v => new[] { v, v, v })];
        Assert.Equal(expected, GrayImage.Decode(ImageFiles.Png(16, 16, 8, 2, rgb)).Pixels);
    }

    [Fact]
    public void Jpeg_and_webp_are_read()
    {
        GrayImage image = ImageFiles.Gradient(40, 24);
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp })
        {
            GrayImage read = GrayImage.Decode(ImageFiles.Encode(image, format));
            Assert.Equal((40, 24), (read.Width, read.Height));
            AssertNear(image.Pixels, read.Pixels, 4);
        }
    }

    [Fact]
    public void Large_colour_images_are_complete_when_decoded_in_strips()
    {
        GrayImage image = ImageFiles.Gradient(90, 200);
        uint[] colours = [.. image.Pixels.Select(p => 0xFF000000 | ((uint)p * 0x010101))];
        foreach (
            SKEncodedImageFormat format in new[]
            {
                SKEncodedImageFormat.Jpeg,
                SKEncodedImageFormat.Webp,
                SKEncodedImageFormat.Png,
            }
        )
        {
            byte[] file = ImageFiles.EncodeColours(90, 200, colours, format);
            AssertNear(image.Pixels, GrayImage.Decode(file).Pixels, 4);
            byte[] cut = file[..(file.Length * 3 / 4)];
            Assert.Equal("truncatedImage", Assert.Throws<MienException>(() => GrayImage.Decode(cut)).Code);
        }
    }

    [Fact]
    public void Colours_are_converted_to_luma_with_the_weights_of_BT601()
    {
        uint[] colours = [0xFFFF0000, 0xFF00FF00, 0xFF0000FF, 0xFFFFFFFF, 0xFF000000, 0xFF0A141E];
        byte[] gray = GrayImage.Decode(ImageFiles.EncodeColours(6, 1, colours, SKEncodedImageFormat.Png)).Pixels;

        // 0.299 × 255 = 76.2; 0.587 × 255 = 149.7; 0.114 × 255 = 29.1; 0.299 × 10 + 0.587 × 20 + 0.114 × 30 = 18.15
        Assert.Equal([76, 150, 29, 255, 0, 18], gray);
    }

    [Fact]
    public void Transparent_pixels_are_composited_over_white()
    {
        uint[] colours = [0x00FF0000, 0x80000000, 0xFF000000, 0xFF646464];
        byte[] gray = GrayImage.Decode(ImageFiles.EncodeColours(4, 1, colours, SKEncodedImageFormat.Png)).Pixels;

        Assert.Equal([255, 127, 0, 100], gray);
    }

    [Fact]
    public void Gray_with_alpha_and_a_transparent_palette_are_composited_over_white()
    {
        Assert.Equal([100, 255, 127], GrayImage.Decode(ImageFiles.Png(3, 1, 8, 4, [100, 255, 50, 0, 0, 128])).Pixels);
        byte[] palette = [10, 10, 10, 200, 200, 200, 0, 0, 0];
        Assert.Equal(
            [10, 200, 255],
            GrayImage.Decode(ImageFiles.Png(3, 1, 8, 3, [0, 1, 2], palette, [255, 255, 0])).Pixels
        );
    }

    [Fact]
    public void Sixteen_bit_and_one_bit_png_are_read_as_eight_bits()
    {
        byte[] wide = [0x12, 0x12, 0x80, 0x80, 0xFF, 0xFF];
        Assert.Equal([0x12, 0x80, 0xFF], GrayImage.Decode(ImageFiles.Png(3, 1, 16, 0, wide)).Pixels);
        byte[] wideColour = [0x12, 0x12, 0x12, 0x12, 0x12, 0x12];
        Assert.Equal([0x12], GrayImage.Decode(ImageFiles.Png(1, 1, 16, 2, wideColour)).Pixels);
        Assert.Equal([255, 0, 255, 0], GrayImage.Decode(ImageFiles.Png(4, 1, 1, 0, [0b1010_0000])).Pixels);
    }

    [Fact]
    public void A_cmyk_jpeg_is_converted_to_rgb()
    {
        // Red = cyan × black / 255 and so on: (200, 100, 50) has luma 124.2; a black of 128 halves 200 to 100.4.
        AssertNear(
            [.. Enumerable.Repeat((byte)124, 64)],
            GrayImage.Decode(ImageFiles.CmykJpeg(200, 100, 50, 255)).Pixels,
            1
        );
        AssertNear(
            [.. Enumerable.Repeat((byte)100, 64)],
            GrayImage.Decode(ImageFiles.CmykJpeg(200, 200, 200, 128)).Pixels,
            1
        );
        AssertNear(
            [.. Enumerable.Repeat((byte)255, 64)],
            GrayImage.Decode(ImageFiles.CmykJpeg(255, 255, 255, 255)).Pixels,
            0
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_orientation_of_a_jpeg_is_applied(int orientation)
    {
        GrayImage upright = ImageFiles.Gradient(48, 32);

        GrayImage stored = ImageFiles.Stored(upright, orientation);
        byte[] jpeg = ImageFiles.WithOrientation(
            ImageFiles.Encode(stored, SKEncodedImageFormat.Jpeg),
            (ushort)orientation
        );

        GrayImage read = GrayImage.Decode(jpeg);

        Assert.Equal((48, 32), (read.Width, read.Height));
        AssertNear(upright.Pixels, read.Pixels, 6);
    }

    [Fact]
    public void Non_ASCII_file_names_and_non_seekable_streams_are_read()
    {
        using var folder = new TempFolder();
        GrayImage image = ImageFiles.Pattern(5, 4);
        string path = folder.Write("lächeln-笑.png", image.EncodePng());

        Assert.Equal(image.Pixels, GrayImage.Decode(path).Pixels);
        using var zipped = new MemoryStream();
        using (
            var writer = new System.IO.Compression.GZipStream(
                zipped,
                System.IO.Compression.CompressionLevel.Fastest,
                leaveOpen: true
            )
        )
        {
            writer.Write(image.EncodePng());
        }

        zipped.Position = 0;
        using var stream = new System.IO.Compression.GZipStream(
            zipped,
            System.IO.Compression.CompressionMode.Decompress
        );
        Assert.Equal(image.Pixels, GrayImage.Decode(stream).Pixels);
    }

    [Fact]
    public void A_large_stream_is_read_to_its_end()
    {
        GrayImage image = ImageFiles.Pattern(600, 500);
        using var stream = new MemoryStream([1, 2, 3, .. image.EncodePng()]) { Position = 3 };
        Assert.Equal(image.Pixels, GrayImage.Decode(stream).Pixels);
    }

    private static void AssertNear(byte[] expected, byte[] actual, int tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        int worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance, $"differs by {worst}, allowed {tolerance}");
    }
}
