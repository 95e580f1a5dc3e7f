namespace Mien;

/// <summary>
/// The colours of a face, its hair and its clothes as histograms. Each region has a histogram of chromaticity (colour
/// without brightness) and one of brightness relative to the face. So the signature changes little with the light, and
/// not with the expression, the size and small errors of the box. Immutable.
/// </summary>
internal sealed class FaceSignature
{
    /// <summary>Face, hair, clothes.</summary>
    public const int Regions = 3;

    /// <summary>Bins of a region: chromaticity, then brightness.</summary>
    public const int Bins = (Side * Side) + Levels;

    private const int Side = 8;

    /// <summary>Bins of brightness.</summary>
    public const int Levels = 10;

    /// <summary>Samples per row and per column of a region.</summary>
    private const int Samples = 12;

    /// <summary>The largest chromaticity that has a bin of its own; skin has 0.1 to 0.2.</summary>
    private const float MaxChroma = 0.26f;

    /// <summary>Left, top, right and bottom of the regions, in widths and heights of the face's box.</summary>
    private static readonly (float Left, float Top, float Right, float Bottom)[] Parts =
    [
        (0.15f, 0.1f, 0.85f, 0.95f),
        (0.05f, -0.45f, 0.95f, -0.02f),
        (-0.15f, 1.3f, 1.15f, 1.95f),
    ];

    /// <summary>Creates a signature from its values.</summary>
    /// <param name="roots">
    /// <see cref="Regions"/> × <see cref="Bins"/> square roots of shares, in 255ths; the squares of either histogram
    /// sum to one.
    /// </param>
    /// <param name="seen">How much of each region could be seen, 0..1.</param>
    public FaceSignature(byte[] roots, float[] seen)
    {
        Roots = roots;
        Seen = seen;
    }

    public byte[] Roots { get; }

    public float[] Seen { get; }

    /// <summary>Where the histogram of brightness begins in a region.</summary>
    public static int FirstLevel => Side * Side;

    /// <summary>Computes the signature of one of the faces of a frame.</summary>
    public static FaceSignature Of(Photo frame, IReadOnlyList<FaceBox> faces, int index)
    {
        FaceBox box = faces[index];
        byte[] roots = new byte[Regions * Bins];
        float[] seen = new float[Regions];
        if (!(box.Width > 0 && box.Height > 0))
        {
            return new FaceSignature(roots, seen);
        }

        FaceBox[] near = [.. faces.Where((f, i) => i != index && Reach(f).Overlap(Reach(box)) > 0)];
        Span<(byte R, byte G, byte B)> colours = stackalloc (byte, byte, byte)[Samples * Samples];
        Span<float> bins = stackalloc float[Bins];
        float reference = 0;
        for (int region = 0; region < Regions; region++)
        {
            int count = Sample(frame, box, near, Parts[region], colours);
            seen[region] = (float)count / (Samples * Samples);
            if (region == 0)
            {
                reference = Median(colours[..count]);
            }

            if (count > 0)
            {
                bins.Clear();
                Fill(colours[..count], reference, bins);
                Store(bins, roots.AsSpan(region * Bins, Bins));
            }
        }

        return new FaceSignature(roots, seen);
    }

    /// <summary>The box with everything that its signature looks at.</summary>
    private static FaceBox Reach(FaceBox box) =>
        new(box.X - (0.2f * box.Width), box.Y - (0.5f * box.Height), 1.4f * box.Width, 2.5f * box.Height);

    /// <summary>
    /// Reads the pixels of a region on a grid. Pixels that belong to another face, which is in front or beside, are
    /// left out: those in its box or just above and below it that are nearer to its centre.
    /// </summary>
    private static int Sample(
        Photo frame,
        FaceBox box,
        FaceBox[] others,
        (float Left, float Top, float Right, float Bottom) part,
        Span<(byte R, byte G, byte B)> colours
    )
    {
        ReadOnlySpan<byte> pixels = frame.Rgba;
        int count = 0;
        for (int row = 0; row < Samples; row++)
        {
            float y = box.Y + (box.Height * Between(part.Top, part.Bottom, row));
            if (y < 0 || y >= frame.Height)
            {
                continue;
            }

            int line = Math.Min((int)(y * frame.ScaleY), frame.PixelHeight - 1) * frame.PixelWidth;
            for (int column = 0; column < Samples; column++)
            {
                float x = box.X + (box.Width * Between(part.Left, part.Right, column));
                if (x < 0 || x >= frame.Width || BelongsToAnother(x, y, box, others))
                {
                    continue;
                }

                int at = 4 * (line + Math.Min((int)(x * frame.ScaleX), frame.PixelWidth - 1));
                colours[count++] = (pixels[at], pixels[at + 1], pixels[at + 2]);
            }
        }

        return count;
    }

    private static float Between(float from, float to, int step) => from + ((to - from) * (step + 0.5f) / Samples);

    private static bool BelongsToAnother(float x, float y, FaceBox box, FaceBox[] others)
    {
        foreach (FaceBox other in others)
        {
            bool inside =
                x >= other.X
                && x < other.Right
                && y >= other.Y - (0.4f * other.Height)
                && y < other.Bottom + (0.2f * other.Height);
            if (inside && Distance(x, y, other) < Distance(x, y, box))
            {
                return true;
            }
        }

        return false;
    }

    private static float Distance(float x, float y, FaceBox box)
    {
        float right = (x - box.Center.X) / box.Width,
            down = (y - box.Center.Y) / box.Height;
        return (right * right) + (down * down);
    }

    private static float Median(ReadOnlySpan<(byte R, byte G, byte B)> colours)
    {
        if (colours.IsEmpty)
        {
            return 128;
        }

        Span<float> lumas = stackalloc float[colours.Length];
        for (int i = 0; i < lumas.Length; i++)
        {
            lumas[i] = LumaOf(colours[i]);
        }

        lumas.Sort();
        return lumas[lumas.Length / 2];
    }

    private static float LumaOf((byte R, byte G, byte B) colour) =>
        (0.299f * colour.R) + (0.587f * colour.G) + (0.114f * colour.B);

    private static void Fill(ReadOnlySpan<(byte R, byte G, byte B)> colours, float reference, Span<float> bins)
    {
        foreach ((byte r, byte g, byte b) in colours)
        {
            // Divided by the brightness, so that a stronger light changes nothing. The constant keeps the noise of
            // dark pixels near gray.
            float sum = r + g + b + 40;
            float warm = Math.Clamp((r - g) / sum / MaxChroma, -1, 1),
                yellow = Math.Clamp((((r + g) / 2f) - b) / sum / MaxChroma, -1, 1);
            float across = (warm + 1) / 2 * (Side - 1),
                down = (yellow + 1) / 2 * (Side - 1);
            int column = Math.Min((int)across, Side - 2),
                row = Math.Min((int)down, Side - 2);
            float right = across - column,
                below = down - row;

            // Shared among neighbouring bins, so that a small change of colour is a small change of the histogram.
            int at = (row * Side) + column;
            bins[at] += (1 - right) * (1 - below);
            bins[at + 1] += right * (1 - below);
            bins[at + Side] += (1 - right) * below;
            bins[at + Side + 1] += right * below;

            // Three octaves darker than the face to one and a half brighter.
            float octaves = MathF.Log2((LumaOf((r, g, b)) + 6) / (reference + 6));
            float level = Math.Clamp((octaves + 3) / 4.5f, 0, 1) * (Levels - 1);
            int low = Math.Min((int)level, Levels - 2);
            bins[FirstLevel + low] += 1 - (level - low);
            bins[FirstLevel + low + 1] += level - low;
        }

        for (int i = 0; i < bins.Length; i++)
        {
            bins[i] /= colours.Length;
        }
    }

    private static void Store(ReadOnlySpan<float> bins, Span<byte> roots)
    {
        for (int i = 0; i < bins.Length; i++)
        {
            roots[i] = (byte)MathF.Round(255 * MathF.Sqrt(bins[i]));
        }
    }
}
