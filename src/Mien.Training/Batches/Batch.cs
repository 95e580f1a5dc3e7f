namespace Mien.Training;

/// <summary>The images and targets of one step, augmented and mixed; in the memory of the host.</summary>
/// <param name="Step">The step of the whole training.</param>
/// <param name="Epoch">Its epoch, counted from 0.</param>
/// <param name="Height">Rows of each image.</param>
/// <param name="Width">Columns of each image.</param>
/// <param name="Pixels">The inputs, image after image, row by row.</param>
/// <param name="Targets">The targets of all heads, one row per image.</param>
/// <param name="Leading">
/// The index of each image in the training split; with mixup, that of the image with the larger share.
/// </param>
internal sealed record Batch(
    long Step,
    int Epoch,
    int Height,
    int Width,
    float[] Pixels,
    float[] Targets,
    int[] Leading
)
{
    /// <summary>The number of images.</summary>
    public int Count => Leading.Length;
}
