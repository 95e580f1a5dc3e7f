using Mien.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Computes loss and accuracy on the validation split, without augmentation.</summary>
/// <param name="recipe">The recipe; its batch size is used.</param>
/// <param name="images">The images of PublicTest.</param>
/// <param name="inputScale">Scale in input = pixel × scale + offset.</param>
/// <param name="inputOffset">Offset in input = pixel × scale + offset.</param>
internal sealed class ValidationScore(TrainingRecipe recipe, FaceDataset images, float inputScale, float inputOffset)
{
    private readonly Augmenter inputs = new(recipe, images, inputScale, inputOffset);

    public int Count => images.Count;

    /// <summary>Evaluates a network and leaves it in evaluation mode.</summary>
    /// <param name="module">The network.</param>
    /// <param name="size">The side of its input; 0 is its own size.</param>
    /// <returns>The mean cross-entropy against the labels, and the accuracy.</returns>
    public (double Loss, double Accuracy) Of(NetworkModule module, int size)
    {
        module.eval();
        (int height, int width) = size == 0 ? (module.Graph.Input.Height, module.Graph.Input.Width) : (size, size);
        double loss = 0;
        int correct = 0;
        using IDisposable quiet = no_grad();
        for (int start = 0; start < images.Count; start += recipe.BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(recipe.BatchSize, images.Count - start);
            float[] pixels = new float[count * height * width];
            for (int i = 0; i < count; i++)
            {
                inputs.WriteUnchanged(start + i, height, width, pixels.AsSpan(i * height * width, height * width));
            }

            Tensor scores = nn.functional.log_softmax(module.forward(tensor(pixels, [count, 1, height, width])), 1);
            float[] logs = scores.data<float>().ToArray();
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> row = logs.AsSpan(i * Expressions.Count, Expressions.Count);
                loss -= row[images.Labels[start + i]];
                correct += IndexOfMax(row) == images.Labels[start + i] ? 1 : 0;
            }
        }

        return (loss / images.Count, (double)correct / images.Count);
    }

    /// <summary>The class with the highest score; on a tie, the first.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }
}
