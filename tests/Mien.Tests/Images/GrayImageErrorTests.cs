using SkiaSharp;

namespace Mien.Tests;

public sealed class GrayImageErrorTests
{
    public static TheoryData<string> Formats => ["Jpeg", "Png", "Webp", "Bmp", "Gif", "Png16", "PngPalette"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_truncated_file_is_an_error_wherever_it_is_cut(string format)
    {
        GrayImage image = ImageFiles.Pattern(60, 50);
        byte[] file = format switch
        {
            "Bmp" => ImageFiles.Bmp(image),
            "Gif" => ImageFiles.Gif(image),
            "Png16" => ImageFiles.Png(
                60,
                50,
                16,
                2,
                [.. image.Pixels, .. image.Pixels, .. image.Pixels, .. image.Pixels, .. image.Pixels, .. image.Pixels]
            ),
            "PngPalette" => ImageFiles.Png(60, 50, 8, 3, image.Pixels, new byte[768]),
            _ => ImageFiles.Encode(image, Enum.Parse<SKEncodedImageFormat>(format)),
        };
        Assert.Equal((60, 50), (GrayImage.Decode(file).Width, GrayImage.Decode(file).Height));

        foreach (double part in new[] { 0.03, 0.1, 0.5, 0.9, 0.97 })
        {
            byte[] cut = file[..(int)(file.Length * part)];
            MienException error = Assert.Throws<MienException>(() => GrayImage.Decode(cut, "photo"));
            Assert.Contains(error.Code, new[] { "truncatedImage", "corruptImage" });
            Assert.StartsWith("photo: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(
                "Copy or download it again.",
                error.Message.Replace("or copy or", "Copy or", StringComparison.Ordinal),
                StringComparison.OrdinalIgnoreCase
            );
        }
    }

    [Fact]
    public void Half_a_jpeg_or_png_is_reported_as_truncated()
    {
        GrayImage image = ImageFiles.Pattern(60, 50);
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png })
        {
            byte[] file = ImageFiles.Encode(image, format);
            MienException error = Assert.Throws<MienException>(() =>
                GrayImage.Decode(file.AsSpan(0, file.Length / 2), "half")
            );
            Assert.Equal("truncatedImage", error.Code);
            Assert.Equal(
                $"half: the {format.ToString().ToUpperInvariant()} file ends before the picture does, or is "
                    + $"damaged. Copy or download it again.",
                error.Message
            );
        }
    }

    [Fact]
    public void Bytes_that_are_not_an_image_are_an_error()
    {
        Assert.Contains(
            "starts with the bytes 00 00 00 00",
            Refused("notAnImage", [.. new byte[100], 1]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "expected an image (JPEG, PNG, WebP, BMP or GIF)",
            Refused("notAnImage", "emotion,pixels"u8.ToArray()),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "cannot be decoded",
            Refused("corruptImage", [.. "GIF8"u8, .. Enumerable.Repeat((byte)7, 60)]),
            StringComparison.Ordinal
        );
        Assert.Contains("0 bytes", Refused("emptyFile", []), StringComparison.Ordinal);

        static string Refused(string code, byte[] data)
        {
            MienException error = Assert.Throws<MienException>(() => GrayImage.Decode(data, "thing"));
            Assert.Equal(code, error.Code);
            Assert.StartsWith("thing: ", error.Message, StringComparison.Ordinal);
            return error.Message;
        }
    }

    [Fact]
    public void A_png_with_a_damaged_checksum_is_an_error()
    {
        byte[] file = ImageFiles.Pattern(20, 20).EncodePng();
        int data = file.AsSpan().IndexOf("IDAT"u8);
        file[data + 40] ^= 0x55;
        MienException error = Assert.Throws<MienException>(() => GrayImage.Decode(file));
        Assert.Contains(error.Code, new[] { "truncatedImage", "corruptImage" });
    }

    [Fact]
    public void Missing_files_folders_and_empty_files_have_separate_errors()
    {
        using var folder = new TempFolder();
        string missing = Path.Combine(folder.Path, "none.png");
        string inMissingFolder = Path.Combine(folder.Path, "nowhere", "none.png");

        Assert.Equal(
            $"{missing}: there is no such file, expected an image file. Check the path.",
            Refused("fileNotFound", missing)
        );
        Refused("fileNotFound", inMissingFolder);
        Assert.Equal(
            $"{folder.Path}: is a folder, expected an image file. Name a file in it.",
            Refused("isDirectory", folder.Path)
        );
        string empty = folder.Write("empty.png", []);
        Assert.Equal(
            $"{empty}: is empty (0 bytes), expected an image. Copy or download it again.",
            Refused("emptyFile", empty)
        );
        Refused("badPath", "");
        Refused("badPath", "a\0b");

        static string Refused(string code, string path)
        {
            MienException error = Assert.Throws<MienException>(() => GrayImage.Decode(path));
            Assert.Equal(code, error.Code);
            return error.Message;
        }
    }

    [Fact]
    public void A_file_without_permission_is_an_error()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("File permissions apply only to unprivileged users on Unix.");
        }

        using var folder = new TempFolder();
        string path = folder.Write("secret.png", ImageFiles.Pattern(2, 2).EncodePng());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        MienException error = Assert.Throws<MienException>(() => GrayImage.Decode(path));
        Assert.Equal("noPermission", error.Code);
        Assert.Contains("no permission to read the image file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_with_too_many_pixels_is_refused_before_memory_is_allocated()
    {
        byte[] bomb = ImageFiles.Png(60000, 60000, 8, 6, []);
        long before = GC.GetAllocatedBytesForCurrentThread();
        MienException error = Assert.Throws<MienException>(() => GrayImage.Decode(bomb, "bomb"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.Equal("tooLarge", error.Code);
        Assert.Equal(
            "bomb: is a picture of 60000×60000 (3600 megapixels), at most 100 megapixels are decoded. Make it "
                + "smaller, or raise the limit.",
            error.Message
        );
    }

    [Fact]
    public void Files_and_streams_over_the_limit_are_refused_and_the_limit_can_be_raised()
    {
        using var folder = new TempFolder();
        byte[] file = ImageFiles.Pattern(100, 100).EncodePng();
        string path = folder.Write("large.png", file);
        var small = new ImageLimits { MaxBytes = 1000 };

        Assert.Equal("tooLarge", Assert.Throws<MienException>(() => GrayImage.Decode(path, small)).Code);
        Assert.Equal("tooLarge", Assert.Throws<MienException>(() => GrayImage.Decode(file, limits: small)).Code);
        using var endless = new EndlessStream();
        MienException error = Assert.Throws<MienException>(() =>
            GrayImage.Decode(endless, "pipe", new ImageLimits { MaxBytes = 2 << 20 })
        );
        Assert.Equal("tooLarge", error.Code);
        Assert.Contains("at most 2 MiB are read as an image", error.Message, StringComparison.Ordinal);

        Assert.Equal(
            "tooLarge",
            Assert
                .Throws<MienException>(() => GrayImage.Decode(file, limits: new ImageLimits { MaxPixels = 9999 }))
                .Code
        );
        Assert.Equal(
            100,
            GrayImage.Decode(file, limits: new ImageLimits { MaxPixels = 10000, MaxBytes = file.Length }).Width
        );
    }

    [Fact]
    public void Sizes_that_do_not_match_the_pixels_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new GrayImage(3, 2, new byte[5]));
        Assert.Contains("An image of 3×2 needs 6 bytes, the array has 5.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GrayImage(0, 2, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GrayImage(2, -1, []));
    }

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
