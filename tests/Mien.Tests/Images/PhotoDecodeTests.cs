using SkiaSharp;

namespace Mien.Tests;

/// <summary>Decoding in colour; see GrayImageDecodeTests for what both decoders share.</summary>
public sealed class PhotoDecodeTests
{
    public static TheoryData<string, int> FormatsAndOrientations()
    {
        var data = new TheoryData<string, int>();
        foreach (string format in new[] { "JPEG", "WebP", "PNG", "PNG MM" })
        {
            for (int orientation = 1; orientation <= 8; orientation++)
            {
                data.Add(format, orientation);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FormatsAndOrientations))]
    public void The_EXIF_orientation_is_applied(string format, int orientation)
    {
        GrayImage upright = ImageFiles.Gradient(48, 32);
        GrayImage stored = ImageFiles.Stored(upright, orientation);
        byte[] file = format switch
        {
            "JPEG" => ImageFiles.WithOrientation(
                ImageFiles.Encode(stored, SKEncodedImageFormat.Jpeg),
                (ushort)orientation
            ),
            "WebP" => ImageFiles.WebpWithOrientation(
                ImageFiles.Encode(stored, SKEncodedImageFormat.Webp),
                stored.Width,
                stored.Height,
                (ushort)orientation
            ),
            _ => ImageFiles.WithPngChunk(
                stored.EncodePng(),
                "eXIf",
                ImageFiles.Exif((ushort)orientation, format == "PNG MM")
            ),
        };

        using Photo photo = Photo.Decode(file);

        Assert.Equal((48, 32, 48, 32), (photo.Width, photo.Height, photo.PixelWidth, photo.PixelHeight));
        AssertNear(upright.Pixels, photo.ToGray().Pixels, format.StartsWith("PNG", StringComparison.Ordinal) ? 0 : 6);
        Assert.Equal(photo.ToGray().Pixels, GrayImage.Decode(file).Pixels);
    }

    [Fact]
    public void Malformed_EXIF_in_a_PNG_is_ignored()
    {
        byte[] png = ImageFiles.Pattern(6, 4).EncodePng();
        byte[] outside = ImageFiles.Exif(6);
        outside[4] = 200; // the directory is after the end
        byte[] farOutside = ImageFiles.Exif(6);
        farOutside[7] = 0xFF;
        byte[] whole = ImageFiles.Exif(6);
        byte[] many = ImageFiles.Exif(6);
        many[8] = many[9] = 0xFF; // 65,535 entries
        many[10] = 0x13; // and none of them the orientation
        byte[][] odd =
        [
            [],
            [1],
            "II*\0"u8.ToArray(),
            outside,
            farOutside,
            whole[..9],
            whole[..15],
            many,
            ImageFiles.Exif(0),
            ImageFiles.Exif(9),
            new byte[26],
        ];
        foreach (byte[] exif in odd)
        {
            using Photo photo = Photo.Decode(ImageFiles.WithPngChunk(png, "eXIf", exif));
            Assert.Equal((6, 4), (photo.Width, photo.Height));
        }
    }

    [Fact]
    public void Colours_keep_their_values_in_every_lossless_format()
    {
        byte[] rgb = [10, 20, 30, 200, 100, 50];
        byte[] expected = [10, 20, 30, 255, 200, 100, 50, 255];

        Assert.Equal(expected, Pixels(ImageFiles.Png(2, 1, 8, 2, rgb)));
        Assert.Equal(expected, Pixels(ImageFiles.Png(2, 1, 8, 3, [1, 0], [200, 100, 50, 10, 20, 30])));
        Assert.Equal(expected, Pixels(ImageFiles.Png(2, 1, 16, 2, [.. rgb.SelectMany(v => new[] { v, v })])));
        Assert.Equal(
            expected,
            Pixels(ImageFiles.EncodeColours(2, 1, [0xFF0A141E, 0xFFC86432], SKEncodedImageFormat.Png))
        );
        byte[] bmp =
        [
            .. "BM"u8,
            62,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            54,
            0,
            0,
            0,
            40,
            0,
            0,
            0,
            2,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            1,
            0,
            24,
            0,
            .. new byte[24],
            30,
            20,
            10,
            50,
            100,
            200,
            0,
            0,
        ];
        Assert.Equal(expected, Pixels(bmp));
    }

    [Fact]
    public void Transparent_pixels_are_composited_over_white()
    {
        byte[] expected = [255, 255, 255, 255, 127, 127, 127, 255, 0, 0, 0, 255];
        Assert.Equal(
            expected,
            Pixels(ImageFiles.EncodeColours(3, 1, [0x00FF0000, 0x80000000, 0xFF000000], SKEncodedImageFormat.Png))
        );
        Assert.Equal(
            [10, 10, 10, 255, 255, 255, 255, 255],
            Pixels(ImageFiles.Png(2, 1, 8, 3, [0, 1], [10, 10, 10, 0, 0, 0], [255, 0]))
        );
    }

    [Fact]
    public void The_first_frame_of_an_animation_is_decoded()
    {
        var even = new GrayImage(8, 6, [.. ImageFiles.Pattern(8, 6).Pixels.Select(p => (byte)(p & 0xFE))]);
        byte[] gif = ImageFiles.Gif(even);
        byte[] second = ImageFiles.Gif(new GrayImage(8, 6, new byte[48]));
        int header = 13 + (128 * 3);
        byte[] animation = [.. gif[..^1], .. second[header..]];

        using Photo photo = Photo.Decode(animation);

        Assert.Equal(even.Pixels, photo.ToGray().Pixels);
        Assert.Equal(even.Pixels, GrayImage.Decode(animation).Pixels);
    }

    [Fact]
    public void A_cmyk_jpeg_is_converted_to_rgb()
    {
        byte[] pixels = Pixels(ImageFiles.CmykJpeg(200, 100, 50, 255));
        AssertNear([200, 100, 50, 255], pixels[..4], 1);
    }

    [Fact]
    public void Only_a_jpeg_of_at_least_twice_the_needed_size_is_decoded_at_a_reduced_scale()
    {
        GrayImage image = ImageFiles.Gradient(801, 602);
        byte[] jpeg = ImageFiles.Encode(image, SKEncodedImageFormat.Jpeg, 95);

        Assert.Equal((801, 602), Decoded(jpeg, 801));
        Assert.Equal((801, 602), Decoded(jpeg, 401));
        Assert.Equal((401, 301), Decoded(jpeg, 400));
        Assert.Equal((401, 301), Decoded(jpeg, 201));
        Assert.Equal((201, 151), Decoded(jpeg, 200));
        Assert.Equal((101, 76), Decoded(jpeg, 1));
        Assert.Equal((801, 602), Decoded(image.EncodePng(), 1));

        static (int Width, int Height) Decoded(byte[] file, float needed)
        {
            using Photo photo = PhotoDecoder.Decode(
                file,
                "photo",
                ImageLimits.Default,
                (width, height) =>
                {
                    Assert.Equal((801, 602), (width, height));
                    return needed;
                }
            );
            Assert.Equal((801, 602), (photo.Width, photo.Height));
            return (photo.PixelWidth, photo.PixelHeight);
        }
    }

    [Fact]
    public void Decoding_at_a_reduced_scale_gives_the_same_upright_image()
    {
        GrayImage upright = ImageFiles.Gradient(640, 480);
        byte[] jpeg = ImageFiles.WithOrientation(
            ImageFiles.Encode(ImageFiles.Stored(upright, 6), SKEncodedImageFormat.Jpeg),
            6
        );

        using Photo photo = PhotoDecoder.Decode(jpeg, "photo", ImageLimits.Default, (_, _) => 100);

        Assert.Equal((640, 480, 160, 120), (photo.Width, photo.Height, photo.PixelWidth, photo.PixelHeight));
        AssertNear(upright.Resize(160, 120, ResizeKernel.Box).Pixels, photo.ToGray().Pixels, 3);
    }

    [Fact]
    public void A_disposed_photo_throws()
    {
        Photo photo = Photo.FromPixels(new byte[4], 2, 2, PixelLayout.Gray);
        photo.Dispose();
        photo.Dispose();
        Assert.Throws<ObjectDisposedException>(photo.ToGray);
    }

    private static byte[] Pixels(byte[] file)
    {
        using Photo photo = Photo.Decode(file);
        return photo.Rgba.ToArray();
    }

    private static void AssertNear(byte[] expected, byte[] actual, int tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        int worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance, $"differs by {worst}, allowed {tolerance}");
    }
}
