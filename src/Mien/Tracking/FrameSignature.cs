namespace Mien;

/// <summary>
/// A frame as a picture of 32×20 cells with brightness and two colour differences, each the mean of nine samples.
/// Immutable.
/// </summary>
internal sealed class FrameSignature
{
    public const int Width = 32;
    public const int Height = 20;

    /// <summary>Samples per row and per column of a cell.</summary>
    private const int Samples = 3;

    /// <summary>Creates a signature from its cells.</summary>
    /// <param name="luma">Brightness row by row, 0..255.</param>
    /// <param name="blue">Blue minus brightness, 128 for gray.</param>
    /// <param name="red">Red minus brightness, 128 for gray.</param>
    public FrameSignature(byte[] luma, byte[] blue, byte[] red)
    {
        Luma = luma;
        Blue = blue;
        Red = red;
        double sum = 0,
            squares = 0;
        int white = 0;
        foreach (byte value in luma)
        {
            sum += value;
            squares += value * value;
            white += value >= 250 ? 1 : 0;
        }

        Mean = (float)(sum / luma.Length);
        Contrast = (float)Math.Sqrt(Math.Max(0, (squares / luma.Length) - (Mean * Mean)));
        IsBlank = Contrast < MinContrast || white > 0.6 * luma.Length;
    }

    /// <summary>Frames below this standard deviation show nothing.</summary>
    private const float MinContrast = 8;

    public byte[] Luma { get; }

    public byte[] Blue { get; }

    public byte[] Red { get; }

    /// <summary>Mean brightness.</summary>
    public float Mean { get; }

    /// <summary>Standard deviation of the brightness.</summary>
    public float Contrast { get; }

    /// <summary>Whether the frame is black, of one colour, or overexposed, so that it cannot be compared.</summary>
    public bool IsBlank { get; }

    /// <summary>Computes the signature of a frame from 5760 of its pixels.</summary>
    public static FrameSignature Of(Photo frame)
    {
        const int across = Width * Samples,
            down = Height * Samples;
        ReadOnlySpan<byte> pixels = frame.Rgba;
        Span<int> offsets = stackalloc int[across];
        for (int x = 0; x < across; x++)
        {
            offsets[x] = 4 * (int)((x + 0.5f) * frame.PixelWidth / across);
        }

        Span<int> sums = stackalloc int[3 * Width];
        byte[] luma = new byte[Width * Height],
            blue = new byte[Width * Height],
            red = new byte[Width * Height];
        for (int y = 0; y < down; y++)
        {
            ReadOnlySpan<byte> line = pixels[(4 * frame.PixelWidth * (int)((y + 0.5f) * frame.PixelHeight / down))..];
            for (int x = 0; x < across; x++)
            {
                int at = offsets[x],
                    cell = 3 * (x / Samples);
                sums[cell] += line[at];
                sums[cell + 1] += line[at + 1];
                sums[cell + 2] += line[at + 2];
            }

            if (y % Samples == Samples - 1)
            {
                for (int x = 0; x < Width; x++)
                {
                    float r = sums[3 * x] / 9f,
                        g = sums[(3 * x) + 1] / 9f,
                        b = sums[(3 * x) + 2] / 9f,
                        l = (0.299f * r) + (0.587f * g) + (0.114f * b);
                    int to = (y / Samples * Width) + x;
                    luma[to] = (byte)MathF.Round(l);
                    blue[to] = (byte)MathF.Round(128 + (0.5643f * (b - l)));
                    red[to] = (byte)MathF.Round(128 + (0.7133f * (r - l)));
                }

                sums.Clear();
            }
        }

        return new FrameSignature(luma, blue, red);
    }
}
