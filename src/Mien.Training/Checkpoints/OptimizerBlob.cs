using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Reads the state of the optimizer in checkpoints of earlier versions, which trained with TorchSharp's optimizers and
/// stored its binary format.
/// </summary>
internal static class OptimizerBlob
{
    /// <summary>Copies the stored state.</summary>
    /// <param name="blob">What TorchSharp's optimizer wrote.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="module">The network.</param>
    /// <param name="optimizer">Receives the state.</param>
    /// <exception cref="InvalidDataException">It is the state of another optimizer.</exception>
    public static void Load(byte[] blob, TrainingRecipe recipe, NetworkModule module, FlatOptimizer optimizer)
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using var host = new NetworkModule(module.Graph, 0); // TorchSharp reads the state on the CPU
        using OptimizerHelper stored = OptimizerFactory.Create(recipe, host);
        using (var reader = new BinaryReader(new MemoryStream(blob)))
        {
            stored.load_state_dict(reader);
        }

        // The order of the states is that of the optimizer's parameters: the decayed ones first.
        string[] names = [.. OptimizerFactory.Ordered(module).Select(p => p.Key)];
        foreach ((string buffer, Tensor values) in optimizer.State)
        {
            Dictionary<string, Tensor> views = module.Views(values).ToDictionary(StringComparer.Ordinal);
            foreach ((string name, object state) in names.Zip(stored.state_dict().State))
            {
                Tensor? found = (state, buffer) switch
                {
                    (SGD.State s, _) => s.momentum_buffer, // null before the first step
                    (Adam.State s, "mean") => s.exp_avg,
                    (Adam.State s, _) => s.exp_avg_sq,
                    (AdamW.State s, "mean") => s.exp_avg,
                    (AdamW.State s, _) => s.exp_avg_sq,
                    _ => throw new InvalidDataException($"The state of '{name}' is of an unknown kind."),
                };
                if (found is not null)
                {
                    views[name].copy_(found);
                }
            }
        }
    }
}
