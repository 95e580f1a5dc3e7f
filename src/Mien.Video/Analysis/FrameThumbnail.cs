namespace Mien.Video;

/// <summary>
/// The colours of a frame on a coarse grid, which tell whether the next frame shows another scene. Immutable.
/// </summary>
internal sealed class FrameThumbnail
{
    private const int Columns = 16,
        Rows = 9;

    /// <summary>The samples of a cell in each direction.</summary>
    private const int Samples = 4;

    /// <summary>
    /// The mean difference of the colours, of 255, from which two frames show different scenes. A wrong alarm costs one
    /// complete search for faces, a cut that is missed is found when a face is lost or at the next whole second.
    /// </summary>
    private const float OtherScene = 20;

    private readonly float[] colours = new float[Columns * Rows * 3];

    private FrameThumbnail() { }

    /// <summary>Reduces a frame.</summary>
    public static FrameThumbnail Of(Photo photo)
    {
        var thumbnail = new FrameThumbnail();
        ReadOnlySpan<byte> pixels = photo.Rgba;
        for (int y = 0; y < Rows * Samples; y++)
        {
            int row = (int)((((2L * y) + 1) * photo.PixelHeight) / (2 * Rows * Samples));
            for (int x = 0; x < Columns * Samples; x++)
            {
                int column = (int)((((2L * x) + 1) * photo.PixelWidth) / (2 * Columns * Samples));
                ReadOnlySpan<byte> pixel = pixels.Slice(((row * photo.PixelWidth) + column) * 4, 3);
                int cell = (((y / Samples) * Columns) + (x / Samples)) * 3;
                for (int c = 0; c < 3; c++)
                {
                    thumbnail.colours[cell + c] += (float)pixel[c] / (Samples * Samples);
                }
            }
        }

        return thumbnail;
    }

    /// <summary>Whether the frames show different scenes.</summary>
    public bool IsOtherScene(FrameThumbnail other)
    {
        float sum = 0;
        for (int i = 0; i < colours.Length; i++)
        {
            sum += MathF.Abs(colours[i] - other.colours[i]);
        }

        return sum > OtherScene * colours.Length;
    }
}
