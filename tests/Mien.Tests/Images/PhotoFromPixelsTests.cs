namespace Mien.Tests;

public sealed class PhotoFromPixelsTests
{
    [Theory]
    [InlineData(PixelLayout.Gray, 1)]
    [InlineData(PixelLayout.Rgb, 3)]
    [InlineData(PixelLayout.Bgr, 3)]
    [InlineData(PixelLayout.Rgba, 4)]
    [InlineData(PixelLayout.Bgra, 4)]
    [InlineData(PixelLayout.Rgbx, 4)]
    [InlineData(PixelLayout.Bgrx, 4)]
    [InlineData(PixelLayout.RgbaPremultiplied, 4)]
    [InlineData(PixelLayout.BgraPremultiplied, 4)]
    public void Every_layout_and_stride_gives_the_same_colours(PixelLayout layout, int bytes)
    {
        (byte Red, byte Green, byte Blue)[] colours =
        [
            .. Enumerable.Range(0, 6).Select(i => ((byte)(i * 10), (byte)(100 + i), (byte)(255 - (i * 7)))),
        ];
        if (layout == PixelLayout.Gray)
        {
            colours = [.. colours.Select(c => (c.Green, c.Green, c.Green))];
        }

        foreach (int stride in new[] { 0, 3 * bytes, (3 * bytes) + 5 })
        {
            int row = stride == 0 ? 3 * bytes : stride;
            byte[] pixels = new byte[row + (3 * bytes)]; // the last row needs no padding
            for (int i = 0; i < 6; i++)
            {
                (byte red, byte green, byte blue) = colours[i];
                byte[] pixel = layout switch
                {
                    PixelLayout.Gray => [green],
                    PixelLayout.Rgb => [red, green, blue],
                    PixelLayout.Bgr => [blue, green, red],
                    PixelLayout.Rgba or PixelLayout.RgbaPremultiplied => [red, green, blue, 255],
                    PixelLayout.Rgbx => [red, green, blue, 0],
                    PixelLayout.Bgrx => [blue, green, red, (byte)i],
                    _ => [blue, green, red, 255],
                };
                pixel.CopyTo(pixels, (i / 3 * row) + (i % 3 * bytes));
            }

            using Photo photo = Photo.FromPixels(pixels, 3, 2, layout, stride);

            Assert.Equal((3, 2, 3, 2), (photo.Width, photo.Height, photo.PixelWidth, photo.PixelHeight));
            Assert.Equal(colours.SelectMany(c => new[] { c.Red, c.Green, c.Blue, (byte)255 }), photo.Rgba.ToArray());
            Assert.Throws<ArgumentException>(() => Photo.FromPixels(pixels.AsSpan(1), 3, 2, layout, stride));

            // The same bytes from the bottom: the rows change places.
            using Photo turned = Photo.FromPixels(pixels, 3, 2, layout, -row);
            Assert.Equal([.. photo.Rgba[12..], .. photo.Rgba[..12]], turned.Rgba.ToArray());
            Assert.Throws<ArgumentException>(() => Photo.FromPixels(pixels.AsSpan(1), 3, 2, layout, -row));
        }
    }

    [Fact]
    public void Transparent_pixels_are_composited_over_white()
    {
        using Photo photo = Photo.FromPixels([200, 100, 0, 0, 0, 0, 0, 128], 2, 1, PixelLayout.Bgra);
        Assert.Equal([255, 255, 255, 255, 127, 127, 127, 255], photo.Rgba.ToArray());
    }

    [Fact]
    public void Premultiplied_colours_are_composited_over_white_like_straight_ones()
    {
        // Half of 200, 100, 0 and all of nothing; a colour over its alpha, which cannot be, becomes white.
        using Photo photo = Photo.FromPixels(
            [0, 50, 100, 128, 0, 0, 0, 0, 250, 10, 0, 100],
            3,
            1,
            PixelLayout.BgraPremultiplied
        );
        Assert.Equal([227, 177, 127, 255, 255, 255, 255, 255, 155, 165, 255, 255], photo.Rgba.ToArray());
        using Photo other = Photo.FromPixels([100, 50, 0, 128], 1, 1, PixelLayout.RgbaPremultiplied);
        Assert.Equal(photo.Rgba[..4].ToArray(), other.Rgba.ToArray());
    }

    [Fact]
    public void A_fourth_byte_of_zero_makes_alpha_white_and_means_nothing_where_it_is_unused()
    {
        byte[] pixels = [1, 2, 3, 0];
        using Photo transparent = Photo.FromPixels(pixels, 1, 1, PixelLayout.Bgra);
        using Photo opaque = Photo.FromPixels(pixels, 1, 1, PixelLayout.Bgrx);
        Assert.Equal([255, 255, 255, 255], transparent.Rgba.ToArray());
        Assert.Equal([3, 2, 1, 255], opaque.Rgba.ToArray());
    }

    [Fact]
    public void The_errors_for_wrong_sizes_state_the_numbers()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Photo.FromPixels([], 0, 1, PixelLayout.Gray));
        Assert.Throws<ArgumentOutOfRangeException>(() => Photo.FromPixels([], 1, -1, PixelLayout.Gray));
        Assert.Throws<ArgumentOutOfRangeException>(() => Photo.FromPixels([1], 1, 1, (PixelLayout)9));
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            Photo.FromPixels(new byte[100], 4, 2, PixelLayout.Rgb, stride: 11)
        );
        Assert.Contains("The stride is 11, a row of 4 pixels takes 12 bytes.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() =>
            Photo.FromPixels(new byte[100], 4, 2, PixelLayout.Bgrx, stride: -15)
        );
        Assert.Contains(
            "The stride is -15, a row of 4 pixels takes 16 bytes. Give at least that, or 0; negative where the rows "
                + "lie bottom-up.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() =>
            Photo.FromPixels(new byte[100], 4, 2, PixelLayout.Bgrx, stride: int.MinValue)
        );
        error = Assert.Throws<ArgumentException>(() => Photo.FromPixels(new byte[23], 4, 2, PixelLayout.Rgb));
        Assert.Contains("4×2 pixels of 3 byte(s) take 24 bytes, got 23.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => Photo.FromPixels(new byte[23], 40000, 40000, PixelLayout.Gray));
        Assert.Contains("exceeds the maximum of ", error.Message, StringComparison.Ordinal);
    }
}
