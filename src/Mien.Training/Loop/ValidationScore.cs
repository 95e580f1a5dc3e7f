using Mien.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Computes loss and accuracy on the validation split, without augmentation.</summary>
/// <param name="recipe">The recipe; its batch size is used.</param>
/// <param name="images">The images of PublicTest.</param>
/// <param name="inputScale">Scale in input = pixel × scale + offset.</param>
/// <param name="inputOffset">Offset in input = pixel × scale + offset.</param>
/// <param name="heads">The heads of the network; empty if it has one.</param>
/// <param name="shares">The share of each head in the loss.</param>
internal sealed class ValidationScore(
    TrainingRecipe recipe,
    FaceDataset images,
    float inputScale,
    float inputOffset,
    IReadOnlyList<string> heads,
    double[] shares
)
{
    private readonly byte[][] labels =
        heads.Count == 0 ? [images.Labels] : [.. heads.Select(h => LabelSets.Labels(h, images))];

    private readonly Augmenter inputs = new(recipe, images, inputScale, inputOffset);

    public int Count => images.Count;

    /// <summary>Evaluates a network and leaves it in evaluation mode.</summary>
    /// <param name="module">The network.</param>
    /// <param name="size">The side of its input; 0 is its own size.</param>
    /// <returns>
    /// The mean cross-entropy against the labels, and the accuracy; with several heads, the means over them, weighted
    /// by their shares, and those of each head.
    /// </returns>
    public (double Loss, double Accuracy, IReadOnlyList<HeadScore>? Heads) Of(NetworkModule module, int size)
    {
        module.eval();
        (int height, int width) = size == 0 ? (module.Graph.Input.Height, module.Graph.Input.Width) : (size, size);
        double[] loss = new double[labels.Length];
        int[] correct = new int[labels.Length];
        using IDisposable quiet = no_grad();
        using DisposeScope all = NewDisposeScope();
        var scores = new List<Tensor>();
        for (int start = 0; start < images.Count; start += recipe.BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(recipe.BatchSize, images.Count - start);
            float[] pixels = new float[count * height * width];
            for (int i = 0; i < count; i++)
            {
                inputs.WriteUnchanged(start + i, height, width, pixels.AsSpan(i * height * width, height * width));
            }

            Tensor input = tensor(pixels, [count, 1, height, width], device: module.Device);
            scores.Add(HeadLogits.LogProbabilities(module.forward(input), labels.Length).MoveToOuterDisposeScope());
        }

        // Only here the device is waited for.
        float[] logs = cat(scores).cpu().data<float>().ToArray();
        for (int i = 0; i < images.Count * labels.Length; i++)
        {
            int head = i % labels.Length;
            byte label = labels[head][i / labels.Length];
            if (label != FerPlusVotes.NoLabel)
            {
                ReadOnlySpan<float> row = logs.AsSpan(i * Expressions.Count, Expressions.Count);
                loss[head] -= row[label];
                correct[head] += IndexOfMax(row) == label ? 1 : 0;
            }
        }

        if (heads.Count == 0)
        {
            return (loss[0] / images.Count, (double)correct[0] / images.Count, null);
        }

        HeadScore[] scored =
        [
            .. heads.Select(
                (name, h) =>
                {
                    // A small data set may have no image with a majority of the votes.
                    double count = Math.Max(1, labels[h].Count(l => l != FerPlusVotes.NoLabel));
                    return new HeadScore(name, loss[h] / count, correct[h] / count);
                }
            ),
        ];
        return (
            scored.Zip(shares, (s, share) => s.Loss * share).Sum(),
            scored.Zip(shares, (s, share) => s.Accuracy * share).Sum(),
            scored
        );
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
