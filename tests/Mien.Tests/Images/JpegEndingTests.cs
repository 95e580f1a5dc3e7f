namespace Mien.Tests;

/// <summary>A JPEG is read where all its pixels are there, and truncated where they are not, however it ends.</summary>
public sealed class JpegEndingTests
{
    private static readonly byte[] End = [0xFF, 0xD9];

    public static TheoryData<string> Kinds => [.. MadeJpeg.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_its_end_marker_it_is_read_as_with_it(string kind)
    {
        byte[] whole = MadeJpeg.Write(kind);
        byte[] expected = GrayImage.Decode(whole).Pixels;
        Assert.True(expected.Distinct().Count() > 50);

        foreach (byte[] file in new[] { whole[..^2], whole[..^1], [.. whole, .. "trailer"u8, 0, 0, 0, 0] })
        {
            Assert.Equal(expected, GrayImage.Decode(file).Pixels);
            using Photo photo = Photo.Decode(file);
            Assert.Equal(expected.Length, photo.Width * photo.Height);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cut_off_it_is_truncated_with_and_without_an_end_marker(string kind)
    {
        byte[] whole = MadeJpeg.Write(kind);
        int scans = whole.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);

        // Of a progressive file every block is looked for; of others the last unit may be incomplete.
        int last = whole.Length - (kind.StartsWith("progressive", StringComparison.Ordinal) ? 3 : 100);
        var cuts = Enumerable.Range(0, 40).Select(i => scans + 20 + ((last - scans - 20) * i / 39)).ToList();
        foreach (int at in cuts)
        {
            byte[] cut = whole[..at];
            AssertTruncated(kind, at, cut);
            AssertTruncated(kind, at, [.. cut, .. End]);
        }

        AssertTruncated(kind, 0, [.. whole[..(whole.Length / 2)], .. new byte[whole.Length / 2]]);
    }

    /// <summary>What libjpeg fills with is a gray that whole pictures may end with too.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_picture_of_the_gray_that_is_filled_in_is_read(string kind)
    {
        byte[] whole = MadeJpeg.Write(kind, blank: true);
        Assert.Equal([128], GrayImage.Decode(whole).Pixels.Distinct());

        // One byte less only: these codes are zeros, which without a marker behind them count as filled up.
        Assert.Equal([128], GrayImage.Decode(whole.AsSpan()[..^1]).Pixels.Distinct());
        AssertTruncated(kind, 0, [.. whole[..^12], .. End]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_codes_say_whether_every_block_is_there(string kind)
    {
        byte[] whole = MadeJpeg.Write(kind);
        Assert.Equal(JpegCompleteness.Whole, JpegEnding.Completeness(whole, 1 << 20, out bool hasEnd));
        Assert.True(hasEnd);
        Assert.Equal(JpegCompleteness.Whole, JpegEnding.Completeness(whole.AsSpan()[..^2], 1 << 20, out hasEnd));
        Assert.False(hasEnd);
        Assert.Equal(JpegCompleteness.Cut, JpegEnding.Completeness(whole.AsSpan()[..^3], 1 << 20, out _));
        Assert.Equal(JpegCompleteness.Cut, JpegEnding.Completeness([.. whole[..^4], .. End], 1 << 20, out _));
        Assert.Equal(JpegCompleteness.Unknown, JpegEnding.Completeness(whole, 100, out _));
    }

    [Fact]
    public void At_a_reduced_scale_too()
    {
        byte[] whole = MadeJpeg.Write("baseline", 40, 30);
        using Photo photo = PhotoDecoder.Decode(whole, "a", ImageLimits.Default, (_, _) => 80);
        Assert.Equal((640, 80), (photo.Width, photo.PixelWidth));
        byte[] half = [.. whole[..(whole.Length / 2)], .. End];
        MienException error = Assert.Throws<MienException>(() =>
            PhotoDecoder.Decode(half, "a", ImageLimits.Default, (_, _) => 80)
        );
        Assert.Equal("truncatedImage", error.Code);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_whole_file_is_decoded_once(string kind)
    {
        byte[] whole = MadeJpeg.Write(kind);
        long before = ImageCodec.Decodes;
        Photo.Decode(whole).Dispose();
        Assert.Equal(1, ImageCodec.Decodes - before);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damage_ends_in_a_picture_or_an_error_and_never_otherwise(string kind)
    {
        byte[] whole = MadeJpeg.Write(kind);
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. whole];
            for (int j = random.Next(1, 4); j > 0; j--)
            {
                damaged[random.Next(2, damaged.Length)] = (byte)random.Next(256);
            }

            JpegEnding.Completeness(damaged, 1 << 20, out _);
            JpegEnding.Completeness(damaged.AsSpan(0, random.Next(2, damaged.Length)), 1 << 20, out _);
            JpegEnding.IsFilled(damaged.AsSpan(0, random.Next(2, damaged.Length)), 0, 1 << 20);
        }
    }

    private static void AssertTruncated(string kind, int at, byte[] file)
    {
        string gray = Code(() => GrayImage.Decode(file));
        string photo = Code(() => Photo.Decode(file).Dispose());
        Assert.True((gray, photo) == ("truncatedImage", "truncatedImage"), $"{kind} cut at {at}: {gray}, {photo}");

        static string Code(Action decode)
        {
            try
            {
                decode();
                return "ok";
            }
            catch (MienException e)
            {
                return e.Code;
            }
        }
    }
}
