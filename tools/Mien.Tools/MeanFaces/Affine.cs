namespace Mien.Tools;

/// <summary>x' = A x + B y + C, y' = D x + E y + F.</summary>
internal readonly record struct Affine(float A, float B, float C, float D, float E, float F)
{
    public (float X, float Y) Apply(float x, float y) => ((A * x) + (B * y) + C, (D * x) + (E * y) + F);

    /// <summary>The affine transform that takes points to others with the least squared error.</summary>
    /// <param name="from">At least three points that lie on no line.</param>
    /// <param name="to">Where each should go.</param>
    public static Affine Fit(ReadOnlySpan<FacePoint> from, ReadOnlySpan<FacePoint> to)
    {
        // Around the middles of both the equations for the shift fall away, and 2 by 2 are left.
        double fx = 0,
            fy = 0,
            tx = 0,
            ty = 0;
        for (int i = 0; i < from.Length; i++)
        {
            fx += from[i].X / (double)from.Length;
            fy += from[i].Y / (double)from.Length;
            tx += to[i].X / (double)from.Length;
            ty += to[i].Y / (double)from.Length;
        }

        double xx = 0,
            xy = 0,
            yy = 0,
            xu = 0,
            yu = 0,
            xv = 0,
            yv = 0;
        for (int i = 0; i < from.Length; i++)
        {
            double x = from[i].X - fx,
                y = from[i].Y - fy,
                u = to[i].X - tx,
                v = to[i].Y - ty;
            xx += x * x;
            xy += x * y;
            yy += y * y;
            xu += x * u;
            yu += y * u;
            xv += x * v;
            yv += y * v;
        }

        double determinant = (xx * yy) - (xy * xy);
        double a = ((xu * yy) - (yu * xy)) / determinant,
            b = ((yu * xx) - (xu * xy)) / determinant,
            d = ((xv * yy) - (yv * xy)) / determinant,
            e = ((yv * xx) - (xv * xy)) / determinant;
        return new Affine(
            (float)a,
            (float)b,
            (float)(tx - (a * fx) - (b * fy)),
            (float)d,
            (float)e,
            (float)(ty - (d * fx) - (e * fy))
        );
    }
}
