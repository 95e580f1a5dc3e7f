namespace Mien.Training;

/// <summary>
/// An affine map from output to source coordinates, both from −1 to 1 over the image: (u, v) is sampled at (Xx·u + Xy·v
/// + X0, Yx·u + Yy·v + Y0).
/// </summary>
internal readonly record struct Affine(float Xx, float Xy, float X0, float Yx, float Yy, float Y0)
{
    public static Affine Identity => new(1, 0, 0, 0, 1, 0);

    /// <summary>
    /// Draws flip, rotation, scale, crop and shift. A number is drawn even if a strength is 0, so that one recipe key
    /// does not change the random numbers of another.
    /// </summary>
    public static Affine Draw(TrainingRecipe recipe, bool plain, ref SeededRandom random)
    {
        bool flip = random.Unit() < recipe.Flip;
        double angle = random.Around(recipe.Rotation) * Math.PI / 180;
        double zoom = 1 + random.Around(recipe.Scale);
        double window = recipe.Crop + (random.Unit() * (1 - recipe.Crop));
        double cropX = random.Around(1 - window),
            cropY = random.Around(1 - window);
        double shiftX = random.Around(recipe.Shift) * 2,
            shiftY = random.Around(recipe.Shift) * 2;
        if (plain)
        {
            (angle, zoom, window, cropX, cropY, shiftX, shiftY) = (0, 1, 1, 0, 0, 0, 0);
        }

        // The map goes from output to source, so an enlarged face is sampled from a smaller part: hence the division.
        double size = window / zoom,
            cos = Math.Cos(angle) * size,
            sin = Math.Sin(angle) * size;
        double mirror = flip ? -1 : 1;
        return new(
            (float)(cos * mirror),
            (float)-sin,
            (float)(cropX + shiftX),
            (float)(sin * mirror),
            (float)cos,
            (float)(cropY + shiftY)
        );
    }

    /// <summary>The map that applies this one first and another one to its result.</summary>
    public Affine Then(Affine next) =>
        new(
            (next.Xx * Xx) + (next.Xy * Yx),
            (next.Xx * Xy) + (next.Xy * Yy),
            (next.Xx * X0) + (next.Xy * Y0) + next.X0,
            (next.Yx * Xx) + (next.Yy * Yx),
            (next.Yx * Xy) + (next.Yy * Yy),
            (next.Yx * X0) + (next.Yy * Y0) + next.Y0
        );
}
