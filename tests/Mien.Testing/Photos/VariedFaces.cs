namespace Mien.Testing;

/// <summary>
/// Face crops of 48×48 pixels that differ from each other: the synthetic faces, shifted, in another contrast and with
/// noise. Deterministic.
/// </summary>
internal static class VariedFaces
{
    private const int Size = 48;

    /// <summary>One of many crops of an expression.</summary>
    /// <param name="expression">The expression of the synthetic face.</param>
    /// <param name="variant">0 or more; each gives another crop.</param>
    public static GrayImage Crop(Expression expression, int variant)
    {
        var random = new Random((variant * 7) + (int)expression);
        byte[] face = SampleFaces.Crop(expression).Pixels;
        byte[] pixels = new byte[Size * Size];
        int right = random.Next(-2, 3);
        int down = random.Next(-2, 3);
        double contrast = 0.8 + (0.4 * random.NextDouble());
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                int from = (Math.Clamp(y - down, 0, Size - 1) * Size) + Math.Clamp(x - right, 0, Size - 1);
                double gray = 128 + (contrast * (face[from] - 128)) + random.Next(-12, 13);
                pixels[(y * Size) + x] = (byte)Math.Clamp(gray, 0, 255);
            }
        }

        return new GrayImage(Size, Size, pixels);
    }
}
