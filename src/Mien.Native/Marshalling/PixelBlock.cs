namespace Mien.Native;

/// <summary>Pixels of a program, not checked yet. They are copied, and not used after the call.</summary>
internal readonly unsafe struct PixelBlock(void* pixels, nuint length, int width, int height, long stride, int format)
{
    private readonly void* pixels = pixels;

    /// <summary>Checks and copies the pixels.</summary>
    /// <param name="maxPixels">The maximum of width × height.</param>
    /// <exception cref="MienException">
    /// <c>nullPointer</c>, <c>badOption</c>, <c>badPixels</c>, <c>tooLarge</c>.
    /// </exception>
    public Photo ToPhoto(long maxPixels)
    {
        Argument.NotNull(pixels, "pixels");
        PixelLayout layout = Argument.Choice<PixelLayout>(format, "format");
        if (width < 1 || height < 1)
        {
            throw Argument.Bad("badPixels", $"The image is {width}×{height}, expected 1 pixel or more per side.");
        }

        // At most 2^62 pixels, so that no product overflows.
        long count = (long)width * height;
        if (count > Math.Min(maxPixels, Array.MaxLength / 4))
        {
            throw Argument.TooLarge(
                $"The image is {width}×{height}, at most {Math.Min(maxPixels, Array.MaxLength / 4)} pixels are read."
            );
        }

        long row = (long)width * Channels(layout);
        if (stride != 0 && stride < row)
        {
            throw Argument.Bad(
                "badPixels",
                $"The stride is {stride}, expected 0, or at least {row}: {width} pixels of {Channels(layout)} byte(s). "
                    + "Turn an image that is stored from its bottom row before the call."
            );
        }

        UInt128 needed = ((UInt128)(height - 1) * (ulong)(stride == 0 ? row : stride)) + (ulong)row;
        if (needed > length)
        {
            throw Argument.Bad(
                "badPixels",
                $"{width}×{height} pixels of {Channels(layout)} byte(s) take {needed} bytes, the length is {length}."
            );
        }

        return needed <= int.MaxValue
            ? Photo.FromPixels(
                new ReadOnlySpan<byte>(pixels, (int)needed),
                width,
                height,
                layout,
                height == 1 ? 0 : (int)stride
            )
            : throw Argument.TooLarge(
                $"The pixels take {needed} bytes with this stride, at most {int.MaxValue} are read."
            );
    }

    private static int Channels(PixelLayout layout) =>
        layout switch
        {
            PixelLayout.Gray => 1,
            PixelLayout.Rgb or PixelLayout.Bgr => 3,
            _ => 4,
        };
}
