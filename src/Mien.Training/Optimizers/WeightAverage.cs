using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// A second network whose weights are an average of the trained ones over the steps or epochs. Not thread-safe; owns
/// that network.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    /// <summary>Creates an average that has the current weights of a network.</summary>
    /// <param name="module">The trained network.</param>
    /// <param name="recipe">Its recipe.</param>
    public WeightAverage(NetworkModule module, TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(recipe);
        Network = new NetworkModule(module.Graph, 0, module.Device)
        {
            Precision = recipe.Precision,
            DropoutSeed = recipe.Seed,
        };
        CopyFrom(module);
        Network.eval();
    }

    /// <summary>The network with the average; in evaluation mode.</summary>
    public NetworkModule Network { get; }

    /// <summary>Copies all weights.</summary>
    /// <param name="module">A network of the same description.</param>
    public void CopyFrom(NetworkModule module)
    {
        using IDisposable quiet = no_grad();
        Network.Weights.copy_(module.Weights);
        Network.BatchStatistics.copy_(module.BatchStatistics);
    }

    /// <summary>Exponential moving average: moves weights and batch statistics towards those of a network.</summary>
    /// <param name="module">The network.</param>
    /// <param name="decay">The share of the average that stays.</param>
    public void Follow(NetworkModule module, double decay)
    {
        using IDisposable quiet = no_grad();
        Network.Weights.lerp_(module.Weights, 1 - decay);
        Network.BatchStatistics.lerp_(module.BatchStatistics, 1 - decay);
    }

    /// <summary>
    /// Stochastic weight averaging (Izmailov et al., 2018): includes the weights of a network in the mean of several.
    /// The batch statistics of the mean do not follow from those of the networks; see <see
    /// cref="ComputeStatistics"/>.
    /// </summary>
    /// <param name="module">The network.</param>
    /// <param name="before">The number of networks in the mean so far.</param>
    public void Include(NetworkModule module, int before)
    {
        using IDisposable quiet = no_grad();
        Network.Weights.lerp_(module.Weights, 1.0 / (before + 1));
    }

    /// <summary>
    /// Computes the batch statistics anew as the means over batches, by forward passes in training mode.
    /// </summary>
    /// <param name="batches">The batches; each is disposed of.</param>
    public void ComputeStatistics(IEnumerable<BatchTensors> batches)
    {
        if (Network.Statistics.Count == 0)
        {
            return;
        }

        using IDisposable quiet = no_grad();
        Network.train();
        int count = 0;
        foreach (BatchTensors batch in batches)
        {
            using (batch)
            {
                using DisposeScope scope = NewDisposeScope();
                Network.StatisticsMomentum = 1.0 / ++count; // so that the running mean is the mean over the batches
                Network.DropoutStep = batch.Batch.Step;
                Network.forward(batch.Pixels);
            }
        }

        Network.StatisticsMomentum = null;
        Network.eval();
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
