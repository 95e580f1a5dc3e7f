using System.Numerics.Tensors;

namespace Mien.Tools;

/// <summary>A picture of one channel in single precision, row by row.</summary>
internal sealed class Plane(int width, int height, float[] values)
{
    public Plane(int width, int height)
        : this(width, height, new float[width * height]) { }

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>height × width values, row by row from the top; the array itself.</summary>
    public float[] Values { get; } = values;

    public static Plane Of(GrayImage image) =>
        new(image.Width, image.Height, Array.ConvertAll(image.Pixels, p => (float)p));

    /// <summary>The value at a place, bilinear; edges are repeated. Whole numbers are the middles of pixels.</summary>
    public float At(float x, float y)
    {
        x = Math.Clamp(x, 0, Width - 1);
        y = Math.Clamp(y, 0, Height - 1);
        int left = Math.Min((int)x, Math.Max(Width - 2, 0)),
            top = Math.Min((int)y, Math.Max(Height - 2, 0));
        float across = x - left,
            along = y - top;
        int at = (top * Width) + left,
            right = left + 1 < Width ? 1 : 0,
            below = top + 1 < Height ? Width : 0;
        float upper = Values[at] + (across * (Values[at + right] - Values[at]));
        float lower = Values[at + below] + (across * (Values[at + below + right] - Values[at + below]));
        return upper + (along * (lower - upper));
    }

    /// <summary>Convolved with a Gaussian; edges are repeated.</summary>
    /// <param name="sigma">Its standard deviation in pixels; 0 copies.</param>
    public Plane Blurred(float sigma)
    {
        if (sigma <= 0)
        {
            return new Plane(Width, Height, [.. Values]);
        }

        int radius = (int)MathF.Ceiling(3 * sigma);
        float[] kernel = new float[(2 * radius) + 1];
        for (int i = 0; i < kernel.Length; i++)
        {
            kernel[i] = MathF.Exp(-(i - radius) * (i - radius) / (2 * sigma * sigma));
        }

        float sum = kernel.Sum();
        for (int i = 0; i < kernel.Length; i++)
        {
            kernel[i] /= sum;
        }

        // Row by row, so that each step is one over many values.
        var across = new Plane(Width, Height);
        float[] row = new float[Width + (2 * radius)];
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> source = Values.AsSpan(y * Width, Width);
            row.AsSpan(0, radius).Fill(source[0]);
            source.CopyTo(row.AsSpan(radius));
            row.AsSpan(radius + Width).Fill(source[^1]);
            Span<float> target = across.Values.AsSpan(y * Width, Width);
            for (int i = 0; i < kernel.Length; i++)
            {
                TensorPrimitives.MultiplyAdd(row.AsSpan(i, Width), kernel[i], target, target);
            }
        }

        var result = new Plane(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            Span<float> target = result.Values.AsSpan(y * Width, Width);
            for (int i = 0; i < kernel.Length; i++)
            {
                int from = Math.Clamp(y + i - radius, 0, Height - 1);
                TensorPrimitives.MultiplyAdd(across.Values.AsSpan(from * Width, Width), kernel[i], target, target);
            }
        }

        return result;
    }

    /// <summary>Left and right exchanged.</summary>
    public Plane Mirrored()
    {
        float[] mirrored = [.. Values];
        for (int y = 0; y < Height; y++)
        {
            mirrored.AsSpan(y * Width, Width).Reverse();
        }

        return new Plane(Width, Height, mirrored);
    }

    /// <summary>Brings the middle of the picture to mean 0 and standard deviation 1.</summary>
    public void Standardize()
    {
        double sum = 0,
            squares = 0;
        int count = 0;
        for (int y = Height / 4; y < Height * 7 / 8; y++)
        {
            foreach (float value in Values.AsSpan((y * Width) + (Width / 4), Width / 2))
            {
                sum += value;
                squares += value * value;
                count++;
            }
        }

        float mean = (float)(sum / count);
        float deviation = (float)Math.Sqrt(Math.Max((squares / count) - (mean * mean), 1e-6));
        for (int i = 0; i < Values.Length; i++)
        {
            Values[i] = (Values[i] - mean) / deviation;
        }
    }

    /// <summary>The same picture in another size; blurred before it is made smaller.</summary>
    public Plane Resized(int width, int height)
    {
        float factor = (float)Width / width;
        Plane source = factor > 1 ? Blurred(0.5f * factor) : this;
        var result = new Plane(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                result.Values[(y * width) + x] = source.At(
                    ((x + 0.5f) * factor) - 0.5f,
                    ((y + 0.5f) * Height / height) - 0.5f
                );
            }
        }

        return result;
    }

    /// <summary>
    /// Every value less the mean around it, divided by the standard deviation around it: light and contrast are gone,
    /// eyes, brows and mouths stay.
    /// </summary>
    /// <param name="sigma">How far "around" reaches, in pixels.</param>
    public Plane LocallyNormalized(float sigma)
    {
        Plane low = Blurred(sigma);
        var detail = new Plane(Width, Height);
        var squares = new Plane(Width, Height);
        for (int i = 0; i < Values.Length; i++)
        {
            detail.Values[i] = Values[i] - low.Values[i];
            squares.Values[i] = detail.Values[i] * detail.Values[i];
        }

        // A quarter of the whole picture's deviation is the floor, so that smooth parts do not become noise.
        float floor = 0.25f * MathF.Sqrt(squares.Values.Average());
        Plane variance = squares.Blurred(sigma);
        for (int i = 0; i < Values.Length; i++)
        {
            detail.Values[i] /= MathF.Sqrt(MathF.Max(variance.Values[i], 0)) + floor + 1e-6f;
        }

        return detail;
    }
}
