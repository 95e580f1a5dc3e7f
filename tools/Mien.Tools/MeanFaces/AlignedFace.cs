namespace Mien.Tools;

/// <summary>A face that is being aligned to an average.</summary>
internal sealed class AlignedFace
{
    /// <summary>Side of the canvas on which faces are compared.</summary>
    public const int Side = 128;

    /// <summary>Radius, in canvas pixels, of the filter that removes illumination before a comparison.</summary>
    private const float LightRadius = 10;

    private readonly Plane picture;
    private readonly Affine place;

    /// <summary>Aligns a face by its keypoints.</summary>
    /// <param name="picture">The image.</param>
    /// <param name="points">Left eye, right eye, nose and mouth in it; its longer side is 1.</param>
    /// <param name="shape">The same points on the canvas, whose side is 1.</param>
    public AlignedFace(Plane picture, FacePoint[] points, FacePoint[] shape)
    {
        this.picture = picture;
        float side = Math.Max(picture.Width, picture.Height);
        place = Affine.Fit(shape, [.. points.Select(p => new FacePoint(p.X * side, p.Y * side))]);
        Field = Displacement.None(Side);
        Features = Drawn(Side).Values.LocallyNormalized(LightRadius);
    }

    /// <summary>The face on the canvas with the illumination removed.</summary>
    public Plane Features { get; }

    /// <summary>The warp of the face to the average.</summary>
    public Displacement Field { get; set; }

    /// <summary>
    /// Renders the aligned and warped face, and for each pixel the share that comes from inside the image, 0..1.
    /// </summary>
    /// <param name="side">Side of the canvas in pixels.</param>
    public (Plane Values, Plane Weights) Drawn(int side)
    {
        Displacement field = Field.Resized(side);
        var values = new Plane(side, side);
        var weights = new Plane(side, side);
        float feather = Math.Max(picture.Width, picture.Height) / 24f;
        for (int y = 0, i = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++, i++)
            {
                (float u, float v) = place.Apply(
                    (x + 0.5f + field.X.Values[i]) / side,
                    (y + 0.5f + field.Y.Values[i]) / side
                );
                values.Values[i] = picture.At(u - 0.5f, v - 0.5f);

                // Beside the image there is only its repeated edge: it counts where no other image reaches.
                float inside = MathF.Min(MathF.Min(u, picture.Width - u), MathF.Min(v, picture.Height - v));
                weights.Values[i] = Math.Clamp(inside / feather, 0.02f, 1);
            }
        }

        return (values, weights);
    }
}
