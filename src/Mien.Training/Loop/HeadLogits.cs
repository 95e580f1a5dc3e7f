using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Computes with the logits of a network with one or several heads, each with seven columns.</summary>
internal static class HeadLogits
{
    /// <summary>The log-probabilities of each head: the softmax runs over its seven columns.</summary>
    /// <param name="logits">images × (heads × 7).</param>
    /// <param name="heads">The number of heads.</param>
    /// <returns>A tensor of the same shape.</returns>
    public static Tensor LogProbabilities(Tensor logits, int heads) =>
        heads <= 1
            ? nn.functional.log_softmax(logits, 1)
            : nn
                .functional.log_softmax(logits.view(-1, heads, Expressions.Count), 2)
                .view(-1, heads * Expressions.Count);
}
