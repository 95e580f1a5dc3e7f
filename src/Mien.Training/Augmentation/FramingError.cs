namespace Mien.Training;

/// <summary>
/// Random framing errors like those of the library's crops: a face found by the detector is framed a little beside, too
/// narrowly or too widely, and sometimes rotated, compared with the images of FER2013.
/// </summary>
internal static class FramingError
{
    // The errors of the library's crops with the detector back, as reported by
    // 'mien-tools framing --data fer2013.csv.gz --images 6000 --json' under errors.normal (docs/detection.md, "Errors
    // for augmentation"): mean and standard deviation of normal distributions.
    private const double RightMean = -0.0005;
    private const double RightDeviation = 0.0498;
    private const double DownMean = -0.0027;
    private const double DownDeviation = 0.0552;
    private const double SideLogMean = 0.0036;
    private const double SideLogDeviation = 0.1721;
    private const double RotationMean = -1.6391;
    private const double RotationDeviation = 20.7162;

    // The share of the crops that are rotated; most faces are upright enough to be left as they are.
    private const double Rotated = 0.2898;

    // A normal distribution has no limits; errors beyond this many standard deviations would lose the face.
    private const double MaxDeviations = 2.5;

    /// <summary>
    /// Draws the map from the framed crop to the image. It has its own random numbers, so that the key changes none of
    /// the others.
    /// </summary>
    /// <param name="recipe">The recipe; its seed and the strength of the errors are used.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="index">The image's index in the data set.</param>
    public static Affine Draw(TrainingRecipe recipe, int epoch, int index)
    {
        SeededRandom random = SeededRandom.For(recipe.Seed, RandomPurpose.Framing, epoch, index);
        double right = Normal(ref random, RightMean, RightDeviation),
            down = Normal(ref random, DownMean, DownDeviation),
            side = Math.Exp(recipe.Framing * Normal(ref random, SideLogMean, SideLogDeviation));
        bool rotated = random.Unit() < Rotated;
        double angle = recipe.Framing * (rotated ? Normal(ref random, RotationMean, RotationDeviation) : 0);
        double cos = Math.Cos(angle * Math.PI / 180) * side,
            sin = Math.Sin(angle * Math.PI / 180) * side;
        // The image has two units per side.
        return new(
            (float)cos,
            (float)-sin,
            (float)(2 * recipe.Framing * right),
            (float)sin,
            (float)cos,
            (float)(2 * recipe.Framing * down)
        );
    }

    private static double Normal(ref SeededRandom random, double mean, double deviation) =>
        mean + (Math.Clamp(random.Normal(), -MaxDeviations, MaxDeviations) * deviation);
}
