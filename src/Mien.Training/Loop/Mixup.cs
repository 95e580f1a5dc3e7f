namespace Mien.Training;

/// <summary>
/// Mixup (Zhang et al., 2018): each image and target of a batch is blended with those of another image of the batch.
/// </summary>
internal sealed class Mixup
{
    private readonly float share;
    private readonly int[] partner;

    private Mixup(float share, int[] partner) => (this.share, this.partner) = (share, partner);

    /// <summary>Draws share and partners of a batch; they depend only on the seed and the step.</summary>
    /// <param name="recipe">The recipe; its seed and alpha are used.</param>
    /// <param name="step">The step.</param>
    /// <param name="count">Images per batch.</param>
    public static Mixup Draw(TrainingRecipe recipe, long step, int count)
    {
        SeededRandom random = SeededRandom.For(recipe.Seed, RandomPurpose.Mixup, step);
        double a = random.Gamma(recipe.Mixup),
            b = random.Gamma(recipe.Mixup);
        return new(a + b > 0 ? (float)(a / (a + b)) : 0.5f, random.Permutation(count));
    }

    /// <summary>Blends a batch in place; shares and partners depend only on the seed and the step.</summary>
    /// <param name="recipe">The recipe; its seed and alpha are used.</param>
    /// <param name="step">The step.</param>
    /// <param name="pixels">The inputs, image after image.</param>
    /// <param name="targets">The targets, row after row.</param>
    /// <param name="leading">The index of each image; afterwards the index of the image with the larger share.</param>
    public static void Apply(TrainingRecipe recipe, long step, float[] pixels, float[] targets, int[] leading)
    {
        Mixup mixup = Draw(recipe, step, leading.Length);
        mixup.Blend(pixels);
        mixup.Blend(targets);
        mixup.Lead(leading);
    }

    /// <summary>Blends values of the images in place.</summary>
    /// <param name="values">The values, image after image.</param>
    public void Blend(float[] values)
    {
        int length = values.Length / partner.Length;
        float[] before = [.. values];
        for (int i = 0; i < partner.Length; i++)
        {
            for (int k = 0; k < length; k++)
            {
                values[(i * length) + k] =
                    (share * before[(i * length) + k]) + ((1 - share) * before[(partner[i] * length) + k]);
            }
        }
    }

    /// <summary>Replaces the index of each image by that of the one with the larger share.</summary>
    /// <param name="leading">The index of each image.</param>
    public void Lead(int[] leading)
    {
        if (share < 0.5f)
        {
            int[] first = [.. leading];
            for (int i = 0; i < leading.Length; i++)
            {
                leading[i] = first[partner[i]];
            }
        }
    }
}
