using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace Mien.Tests;

/// <summary>Images that are refused before decoding, and damaged images.</summary>
public sealed class PhotoLimitTests
{
    [Fact]
    public void A_header_with_a_huge_size_is_refused_before_memory_is_allocated()
    {
        byte[] webp = ImageFiles.WebpWithOrientation(
            ImageFiles.Encode(ImageFiles.Gradient(16, 16), SKEncodedImageFormat.Webp),
            16383,
            16383,
            1
        );
        byte[] jpeg = ImageFiles.Encode(ImageFiles.Gradient(16, 16), SKEncodedImageFormat.Jpeg);
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 65000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 65000);
        byte[] gif = ImageFiles.Gif(new GrayImage(4, 4, new byte[16]));
        gif.AsSpan(6, 4).Fill(0xFF);
        byte[] bmp = ImageFiles.Bmp(ImageFiles.Pattern(4, 4));
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 30000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 30000);
        (string Kind, byte[] File)[] bombs =
        [
            ("PNG", ImageFiles.Png(60000, 60000, 8, 6, [])),
            ("WebP", webp),
            ("JPEG", jpeg),
            ("GIF", gif),
            ("BMP", bmp),
        ];
        foreach ((string kind, byte[] file) in bombs)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            MienException error = Assert.Throws<MienException>(() => Photo.Decode(file, kind).Dispose());
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, kind);

            // The canvas of this WebP does not match its image, which is a separate error.
            Assert.True(
                error.Code == "tooLarge" || (kind == "WebP" && error.Code == "corruptImage"),
                $"{kind}: {error.Message}"
            );
        }
    }

    [Fact]
    public void A_decompression_bomb_is_refused_by_its_number_of_pixels()
    {
        // 8000 × 8000 black pixels of one bit: 8 MB of zeros, compressed to 8 KB.
        byte[] bomb = ImageFiles.Png(8000, 8000, 1, 0, new byte[8000 * 1000]);
        Assert.True(bomb.Length < 100_000);

        MienException error = Assert.Throws<MienException>(() =>
            Photo.Decode(bomb, "bomb", new ImageLimits { MaxPixels = 50_000_000 }).Dispose()
        );

        Assert.Equal("tooLarge", error.Code);
        Assert.Equal(
            "bomb: is a picture of 8000×8000 (64 megapixels), at most 50 megapixels are decoded. Make it "
                + "smaller, or raise the limit.",
            error.Message
        );
    }

    [Fact]
    public void A_gif_of_many_frames_costs_no_more_than_its_first()
    {
        byte[] gif = ImageFiles.Gif(new GrayImage(64, 64, new byte[64 * 64]));
        byte[] frame = gif[(13 + (128 * 3))..^1];
        byte[] animation = [.. gif[..^1], .. Enumerable.Repeat(frame, 2000).SelectMany(f => f), 0x3B];
        Photo.Decode(animation).Dispose();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Photo.Decode(animation).Dispose();

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 18);
    }

    [Theory]
    [InlineData("JPEG")]
    [InlineData("PNG")]
    [InlineData("WebP")]
    [InlineData("BMP")]
    [InlineData("GIF")]
    public void A_truncated_photo_is_an_error_wherever_it_is_cut(string format)
    {
        GrayImage image = new(60, 50, [.. ImageFiles.Pattern(60, 50).Pixels.Select(p => (byte)(p & 0xFE))]);
        byte[] file = format switch
        {
            "JPEG" => ImageFiles.Encode(image, SKEncodedImageFormat.Jpeg),
            "PNG" => image.EncodePng(),
            "WebP" => ImageFiles.Encode(image, SKEncodedImageFormat.Webp),
            "BMP" => ImageFiles.Bmp(image),
            _ => ImageFiles.Gif(image),
        };
        Photo.Decode(file).Dispose();
        foreach (double part in new[] { 0.03, 0.3, 0.6, 0.95 })
        {
            MienException error = Assert.Throws<MienException>(() =>
                Photo.Decode(file.AsSpan(0, (int)(file.Length * part)), "photo").Dispose()
            );
            Assert.Contains(error.Code, new[] { "truncatedImage", "corruptImage" });
            Assert.StartsWith("photo: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Missing_empty_and_non_image_files_have_separate_errors()
    {
        using var folder = new TempFolder();
        Assert.Equal("isDirectory", Code(folder.Path));
        Assert.Equal("fileNotFound", Code(Path.Combine(folder.Path, "none.jpg")));
        Assert.Equal("emptyFile", Code(folder.Write("empty.jpg", [])));
        Assert.Equal("notAnImage", Code(folder.Write("text.jpg", "hello, world"u8.ToArray())));
        Assert.Equal(
            "tooLarge",
            Assert
                .Throws<MienException>(() =>
                    Photo.Decode(folder.Write("large.png", new byte[2000]), new ImageLimits { MaxBytes = 1999 })
                )
                .Code
        );
        using Photo photo = Photo.Decode(folder.Write("Mädchen-笑顔.png", ImageFiles.Pattern(5, 4).EncodePng()));
        Assert.Equal((5, 4), (photo.Width, photo.Height));

        static string Code(string path) => Assert.Throws<MienException>(() => Photo.Decode(path).Dispose()).Code;
    }

    [Fact]
    public void A_non_seekable_stream_is_read_to_its_end()
    {
        GrayImage image = ImageFiles.Pattern(300, 400);
        using var zipped = new MemoryStream();
        using (var writer = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            writer.Write(image.EncodePng());
        }

        zipped.Position = 0;
        using var stream = new GZipStream(zipped, CompressionMode.Decompress);
        using Photo photo = Photo.Decode(stream);
        Assert.Equal(image.Pixels, photo.ToGray().Pixels);
    }
}
