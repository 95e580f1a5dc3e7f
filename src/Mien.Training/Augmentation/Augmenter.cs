using Mien.Data;
using Mien.Networks;

namespace Mien.Training;

/// <summary>
/// Converts gray images into augmented network inputs of any size: one affine resampling (flip, shift, rotation, scale,
/// crop and resize together, bilinear, edges repeated), then brightness and contrast, then random erasing, then the
/// recipe's crop normalisation, which the exported model has in its graph. Plain images are resized as the library
/// resizes a crop. The result depends only on the recipe, the seed, the epoch and the image's index. Thread-safe.
/// </summary>
internal sealed class Augmenter
{
    private readonly TrainingRecipe recipe;
    private readonly FaceDataset data;
    private readonly float inputScale;
    private readonly float inputOffset;
    private readonly InputNormalisation? normalisation;

    /// <summary>Creates an augmenter.</summary>
    /// <param name="recipe">The kinds and strengths of augmentation.</param>
    /// <param name="data">The images.</param>
    /// <param name="inputScale">Scale in input = pixel × scale + offset.</param>
    /// <param name="inputOffset">Offset in input = pixel × scale + offset.</param>
    public Augmenter(TrainingRecipe recipe, FaceDataset data, float inputScale, float inputOffset)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        this.recipe = recipe;
        this.data = data;
        this.inputScale = inputScale;
        this.inputOffset = inputOffset;
        normalisation = CropNormaliser.Of(CropNormaliser.Of(recipe.CropNormalisation), inputScale, inputOffset);
    }

    /// <summary>Writes one augmented image.</summary>
    /// <param name="index">The image's index in the data set.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="plain">Whether flips are the only augmentation (the last epochs, if the recipe says so).</param>
    /// <param name="height">Rows to write.</param>
    /// <param name="width">Columns to write.</param>
    /// <param name="output">height × width inputs, row by row.</param>
    public void Write(int index, int epoch, bool plain, int height, int width, Span<float> output)
    {
        SeededRandom random = SeededRandom.For(recipe.Seed, RandomPurpose.Augmentation, epoch, index);
        Affine map = Affine.Draw(recipe, plain, ref random);
        if (recipe.Framing > 0 && !plain)
        {
            map = map.Then(FramingError.Draw(recipe, epoch, index));
        }

        if (plain)
        {
            Resize(index, height, width, mirrored: map.Xx < 0, output);
        }
        else
        {
            Sample(data.Image(index), data.Width, data.Height, map, width, height, output);
            Lighten(ref random, output);
            Erase(ref random, width, height, output);
        }

        Finish(output);
    }

    /// <summary>Whether <see cref="Write"/> mirrors an image in an epoch.</summary>
    /// <param name="index">The image's index in the data set.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    public bool IsMirrored(int index, int epoch)
    {
        SeededRandom random = SeededRandom.For(recipe.Seed, RandomPurpose.Augmentation, epoch, index);
        return Affine.Draw(recipe, plain: true, ref random).Xx < 0;
    }

    /// <summary>
    /// Writes one image without augmentation, resized if needed: the input of the evaluation during training.
    /// </summary>
    /// <param name="index">The image's index in the data set.</param>
    /// <param name="height">Rows to write.</param>
    /// <param name="width">Columns to write.</param>
    /// <param name="output">height × width inputs, row by row.</param>
    public void WriteUnchanged(int index, int height, int width, Span<float> output)
    {
        Resize(index, height, width, mirrored: false, output);
        Finish(output);
    }

    /// <summary>
    /// Resizes an image as the library does with the kernel of exported models, rounding included, so that the network
    /// sees in training what it sees in use.
    /// </summary>
    private void Resize(int index, int height, int width, bool mirrored, Span<float> output)
    {
        ReadOnlySpan<byte> pixels = data.Image(index);
        if (height != data.Height || width != data.Width)
        {
            pixels = new GrayImage(data.Width, data.Height, pixels.ToArray())
                .Resize(width, height, ModelContract.DefaultResize)
                .Pixels;
        }

        for (int row = 0; row < height; row++)
        {
            ReadOnlySpan<byte> from = pixels.Slice(row * width, width);
            Span<float> to = output.Slice(row * width, width);
            for (int column = 0; column < width; column++)
            {
                to[column] = from[mirrored ? width - 1 - column : column];
            }
        }
    }

    internal static void Sample(
        ReadOnlySpan<byte> image,
        int sourceWidth,
        int sourceHeight,
        in Affine map,
        int width,
        int height,
        Span<float> output
    )
    {
        // Pixel centres of the output in −1..1 are mapped to pixel centres of the source.
        float stepX = 2f / width,
            stepY = 2f / height;
        float halfX = sourceWidth / 2f,
            halfY = sourceHeight / 2f;
        float dx = map.Xx * stepX * halfX,
            dy = map.Yx * stepX * halfY;
        for (int row = 0; row < height; row++)
        {
            float v = ((row + 0.5f) * stepY) - 1,
                u = (0.5f * stepX) - 1;
            float x = (((map.Xx * u) + (map.Xy * v) + map.X0 + 1) * halfX) - 0.5f;
            float y = (((map.Yx * u) + (map.Yy * v) + map.Y0 + 1) * halfY) - 0.5f;
            Span<float> line = output.Slice(row * width, width);
            for (int column = 0; column < line.Length; column++)
            {
                float cx = Math.Clamp(x, 0, sourceWidth - 1),
                    cy = Math.Clamp(y, 0, sourceHeight - 1);
                int left = (int)cx,
                    top = (int)cy;
                int right = Math.Min(left + 1, sourceWidth - 1);
                int above = top * sourceWidth,
                    below = Math.Min(top + 1, sourceHeight - 1) * sourceWidth;
                float fx = cx - left,
                    fy = cy - top;
                float upper = image[above + left] + (fx * (image[above + right] - image[above + left]));
                float lower = image[below + left] + (fx * (image[below + right] - image[below + left]));
                line[column] = upper + (fy * (lower - upper));
                x += dx;
                y += dy;
            }
        }
    }

    private void Finish(Span<float> output)
    {
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = (output[i] * inputScale) + inputOffset;
        }

        normalisation?.Apply(output);
    }

    private void Lighten(ref SeededRandom random, Span<float> output)
    {
        if (recipe.Brightness == 0 && recipe.Contrast == 0)
        {
            return;
        }

        float shift = (float)random.Around(recipe.Brightness) * 255;
        float gain = 1 + (float)random.Around(recipe.Contrast);
        float mean = 0;
        foreach (float value in output)
        {
            mean += value;
        }

        mean /= output.Length;
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = Math.Clamp(((output[i] - mean) * gain) + mean + shift, 0, 255);
        }
    }

    private void Erase(ref SeededRandom random, int width, int height, Span<float> output)
    {
        if (recipe.Erasing == 0 || random.Unit() >= recipe.Erasing)
        {
            return;
        }

        // As in Zhong et al.: area from 0.02 to the limit, aspect ratio from 0.3 to 1/0.3, filled with noise.
        double area = (0.02 + (random.Unit() * (recipe.ErasingArea - 0.02))) * width * height;
        double aspect = Math.Exp(random.Around(Math.Log(1 / 0.3)));
        int tall = Math.Clamp((int)Math.Round(Math.Sqrt(area * aspect)), 1, height);
        int wide = Math.Clamp((int)Math.Round(Math.Sqrt(area / aspect)), 1, width);
        int top = random.Below(height - tall + 1),
            left = random.Below(width - wide + 1);
        for (int row = top; row < top + tall; row++)
        {
            foreach (ref float value in output.Slice((row * width) + left, wide))
            {
                value = (float)(random.Unit() * 255);
            }
        }
    }
}
