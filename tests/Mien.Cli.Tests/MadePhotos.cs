namespace Mien.Cli.Tests;

/// <summary>
/// Photos that no one took: mean faces of samples/faces, stretched in contrast and enlarged, on gray. The detector
/// finds them, so that tests of the whole path need no photo.
/// </summary>
internal static class MadePhotos
{
    /// <summary>The gray of the background.</summary>
    public const byte Background = 128;

    /// <summary>Where the faces of <see cref="Group"/> lie, in reading order.</summary>
    public static readonly (Expression Expression, int X, int Y, int Side)[] GroupFaces =
    [
        (Expression.Happiness, 44, 40, 210),
        (Expression.Disgust, 386, 50, 210),
        (Expression.Neutral, 215, 272, 210),
    ];

    /// <summary>A photo of 640×512 with three faces.</summary>
    public static GrayImage Group() => Make(640, 512, GroupFaces);

    /// <summary>A photo of 400×360 with one face.</summary>
    public static GrayImage Single(Expression expression = Expression.Happiness) =>
        Make(400, 360, [(expression, 136, 116, 128)]);

    /// <summary>A photo without any face: a smooth ramp.</summary>
    public static GrayImage Empty(int width = 320, int height = 200)
    {
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(60 + (120 * (i % width) / width));
        }

        return new GrayImage(width, height, pixels);
    }

    private static GrayImage Make(int width, int height, (Expression Expression, int X, int Y, int Side)[] faces)
    {
        byte[] pixels = new byte[width * height];
        Array.Fill(pixels, Background);
        foreach ((Expression expression, int x, int y, int side) in faces)
        {
            GrayImage face = Stretch(
                    GrayImage.Decode(Path.Combine(Root(), "samples", "faces", expression.Name() + ".png"))
                )
                .Resize(side, side, ResizeKernel.Bicubic);
            for (int row = 0; row < side; row++)
            {
                face.Pixels.AsSpan(row * side, side).CopyTo(pixels.AsSpan(((y + row) * width) + x));
            }
        }

        return new GrayImage(width, height, pixels);
    }

    private static GrayImage Stretch(GrayImage face)
    {
        int least = face.Pixels.Min(),
            most = face.Pixels.Max();
        return new GrayImage(
            face.Width,
            face.Height,
            [.. face.Pixels.Select(p => (byte)((p - least) * 255 / (most - least)))]
        );
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Mien.slnx")))
        {
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("The tests lie outside the repository.");
        }

        return folder;
    }
}
