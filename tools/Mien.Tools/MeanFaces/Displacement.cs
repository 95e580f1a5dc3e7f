namespace Mien.Tools;

/// <summary>For every pixel how far from it the value is taken: to the right and down, in pixels.</summary>
internal sealed record Displacement(Plane X, Plane Y)
{
    public static Displacement None(int side) => new(new Plane(side, side), new Plane(side, side));

    /// <summary>A picture, bent.</summary>
    public Plane Bend(Plane picture)
    {
        var result = new Plane(picture.Width, picture.Height);
        for (int y = 0, i = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++, i++)
            {
                result.Values[i] = picture.At(x + X.Values[i], y + Y.Values[i]);
            }
        }

        return result;
    }

    public Displacement Resized(int side)
    {
        float factor = (float)side / X.Width;
        Plane x = X.Resized(side, side),
            y = Y.Resized(side, side);
        for (int i = 0; i < x.Values.Length; i++)
        {
            x.Values[i] *= factor;
            y.Values[i] *= factor;
        }

        return new Displacement(x, y);
    }

    /// <summary>
    /// Thirion's demons from coarse to fine: each pixel is pulled along the gradient to where the values agree, and
    /// after each step the field is smoothed, so that neighbours move together.
    /// </summary>
    /// <param name="target">What the bent picture should look like.</param>
    /// <param name="picture">The picture to bend, square and of the same size.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="smoothness">Standard deviation of the smoothing, in pixels.</param>
    public static Displacement Register(Plane target, Plane picture, Displacement start, float smoothness)
    {
        const int steps = 12;
        Displacement field = start;
        foreach (int shrink in (ReadOnlySpan<int>)[4, 2, 1])
        {
            int side = target.Width / shrink;
            Plane goal = target.Resized(side, side),
                moving = picture.Resized(side, side);
            field = field.Resized(side);
            for (int step = 0; step < steps; step++)
            {
                field = Step(goal, moving, field, smoothness / MathF.Sqrt(shrink));
            }
        }

        return field;
    }

    private static Displacement Step(Plane goal, Plane moving, Displacement field, float smoothness)
    {
        const float longest = 1;
        int side = goal.Width;
        Plane bent = field.Bend(moving);
        var x = new Plane(side, side, [.. field.X.Values]);
        var y = new Plane(side, side, [.. field.Y.Values]);
        for (int row = 1; row < side - 1; row++)
        {
            for (int i = (row * side) + 1; i < ((row + 1) * side) - 1; i++)
            {
                float difference = goal.Values[i] - bent.Values[i];
                float gx = (goal.Values[i + 1] - goal.Values[i - 1] + bent.Values[i + 1] - bent.Values[i - 1]) / 4;
                float gy =
                    (goal.Values[i + side] - goal.Values[i - side] + bent.Values[i + side] - bent.Values[i - side]) / 4;
                float scale = difference / ((gx * gx) + (gy * gy) + (difference * difference) + 1e-3f);
                x.Values[i] += Math.Clamp(scale * gx, -longest, longest);
                y.Values[i] += Math.Clamp(scale * gy, -longest, longest);
            }
        }

        return new Displacement(x.Blurred(smoothness), y.Blurred(smoothness));
    }
}
