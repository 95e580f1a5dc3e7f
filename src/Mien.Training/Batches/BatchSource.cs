using Mien.Data;
using Mien.Networks;

namespace Mien.Training;

/// <summary>
/// Prepares the batch of any step: which images, their augmentation, their targets and mixup. A batch is a function of
/// the recipe's seed and the step, so batches can be prepared in any order. Thread-safe.
/// </summary>
/// <param name="recipe">The recipe.</param>
/// <param name="input">The network's own input.</param>
/// <param name="data">The training split, with at least one batch.</param>
/// <param name="augmenter">Augments its images.</param>
/// <param name="targets">The targets in the first epochs.</param>
/// <param name="targetsWithoutVotes">The targets after <see cref="TrainingRecipe.VoteEpochs"/>.</param>
/// <param name="batchTargets">Combines the targets with the answers of teachers that see the batch.</param>
internal sealed class BatchSource(
    TrainingRecipe recipe,
    TensorShape input,
    FaceDataset data,
    Augmenter augmenter,
    HeadTargets targets,
    HeadTargets targetsWithoutVotes,
    BatchTargets batchTargets
)
{
    // The end of an epoch and the beginning of the next one may be prepared at the same time.
    private readonly (int Epoch, int[] Order)[] orders = [(-1, []), (-1, [])];
    private readonly Lock gate = new();

    /// <summary>The number of batches per epoch; an incomplete last one is left out.</summary>
    public int Batches { get; } = data.Count / recipe.BatchSize;

    /// <summary>The side of the input in one epoch; 0 is the network's own size.</summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    public int SizeOf(int epoch)
    {
        int size = 0;
        for (int i = 0; i < recipe.Sizes.Count && recipe.SizeEpochs[i] <= epoch; i++)
        {
            size = recipe.Sizes[i];
        }

        return size;
    }

    /// <summary>Prepares the batch of one step.</summary>
    /// <param name="step">The step, counted from 0 over the whole training.</param>
    /// <returns>A new batch.</returns>
    public Batch Prepare(long step)
    {
        int epoch = (int)(step / Batches);
        bool plain = epoch >= recipe.Epochs - recipe.PlainEpochs;
        int size = SizeOf(epoch);
        (int height, int width) = size == 0 ? (input.Height, input.Width) : (size, size);
        int[] indices = OrderOf(epoch).AsSpan((int)(step % Batches) * recipe.BatchSize, recipe.BatchSize).ToArray();
        float[] pixels = new float[indices.Length * height * width];
        int copy = batchTargets.CopyOf(epoch);
        for (int i = 0; i < indices.Length; i++)
        {
            augmenter.Write(indices[i], copy, plain, height, width, pixels.AsSpan(i * height * width, height * width));
        }

        Mixup? mixup = recipe.Mixup > 0 && !plain ? Mixup.Draw(recipe, step, indices.Length) : null;
        mixup?.Blend(pixels);
        HeadTargets current = epoch < recipe.VoteEpochs ? targets : targetsWithoutVotes;
        float[] wanted = batchTargets.Of(current, indices, copy, plain, mixup);
        mixup?.Lead(indices);
        return new Batch(step, epoch, height, width, pixels, wanted, indices);
    }

    private int[] OrderOf(int epoch)
    {
        lock (gate)
        {
            ref (int Epoch, int[] Order) known = ref orders[epoch & 1];
            if (known.Epoch != epoch)
            {
                known = (epoch, SeededRandom.For(recipe.Seed, RandomPurpose.Order, epoch).Permutation(data.Count));
            }

            return known.Order;
        }
    }
}
