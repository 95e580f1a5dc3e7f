using SkiaSharp;

namespace Mien.Testing;

/// <summary>
/// A frame's number as a row of light and dark cells in the upper left corner, half as long as the frame is wide. It
/// survives compression and scaling. A mixture of two frames has gray cells and is not read.
/// </summary>
internal static class FrameCounter
{
    /// <summary>The largest number that can be drawn.</summary>
    public const int MaxNumber = (1 << Bits) - 1;

    private const int Bits = 16;

    /// <summary>Light and dark, the bits, the parity of the bits, and light.</summary>
    private const int Cells = Bits + 4;

    /// <summary>The cells are a fortieth of the width, so that the row takes half of it.</summary>
    private const float CellsPerWidth = 40;

    public static void Draw(SKCanvas canvas, int width, int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, MaxNumber);
        float cell = width / CellsPerWidth;
        using var paint = new SKPaint { IsAntialias = false };
        for (int i = 0; i < Cells; i++)
        {
            paint.Color = IsLight(number, i) ? new SKColor(235, 235, 235) : new SKColor(16, 16, 16);
            canvas.DrawRect(new SKRect(i * cell, 0, (i + 1) * cell, cell), paint);
        }
    }

    /// <summary>Reads the number back; <see langword="null"/> if it cannot be read with certainty.</summary>
    public static int? Read(Photo frame)
    {
        float cell = frame.Width / CellsPerWidth;
        double light = Mean(frame, 0, cell);
        double dark = Mean(frame, 1, cell);
        if (light - dark < 60)
        {
            return null;
        }

        int number = 0;
        for (int i = 2; i < Cells; i++)
        {
            double value = (Mean(frame, i, cell) - dark) / (light - dark);
            if (value is > 0.3 and < 0.7)
            {
                return null;
            }

            if (i - 2 < Bits)
            {
                number |= (value > 0.5 ? 1 : 0) << (i - 2);
            }
            else if (value > 0.5 != IsLight(number, i))
            {
                return null;
            }
        }

        return number;
    }

    private static bool IsLight(int number, int cell) =>
        cell switch
        {
            0 or Cells - 1 => true,
            1 => false,
            Cells - 2 => int.PopCount(number) % 2 == 1,
            _ => (number >> (cell - 2) & 1) == 1,
        };

    /// <summary>The mean of the middle of a cell.</summary>
    private static double Mean(Photo frame, int at, float cell)
    {
        double sum = 0;
        int count = 0;
        for (int y = (int)(0.3f * cell); y < Math.Max((int)(0.3f * cell) + 1, (int)(0.7f * cell)); y++)
        {
            int first = (int)((at + 0.3f) * cell);
            for (int x = first; x < Math.Max(first + 1, (int)((at + 0.7f) * cell)); x++)
            {
                int pixel = ((y * frame.Width) + x) * 4;
                sum += (frame.Rgba[pixel] + frame.Rgba[pixel + 1] + frame.Rgba[pixel + 2]) / 3.0;
                count++;
            }
        }

        return sum / count;
    }
}
