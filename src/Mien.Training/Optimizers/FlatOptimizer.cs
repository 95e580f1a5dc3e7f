using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// An optimizer that updates all weights of a network at once: a few operations on flat buffers, instead of several
/// for each of some seventy tensors. It computes what TorchSharp's optimizers compute, in the same order. Not
/// thread-safe; owns its buffers, not the module.
/// </summary>
/// <param name="module">The network.</param>
internal abstract class FlatOptimizer(NetworkModule module) : IDisposable
{
    private readonly List<(string Name, Tensor Buffer)> buffers = [];

    /// <summary>The name of the optimizer in checkpoints.</summary>
    public abstract OptimizerKind Kind { get; }

    /// <summary>Its state: buffers with the layout of <see cref="NetworkModule.Weights"/>, by name.</summary>
    public IReadOnlyList<(string Name, Tensor Buffer)> State => buffers;

    /// <summary>The network's trained values.</summary>
    protected Tensor Weights => module.Weights;

    /// <summary>Their gradients.</summary>
    protected Tensor Gradients => module.Gradients;

    /// <summary>Creates the recipe's optimizer.</summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="module">The network; its gradients are made views of one buffer.</param>
    /// <returns>An optimizer that has not taken a step.</returns>
    public static FlatOptimizer Create(TrainingRecipe recipe, NetworkModule module)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(module);
        _ = module.Gradients;
        return recipe.Optimizer switch
        {
            OptimizerKind.Sgd => new FlatSgd(module, recipe.Momentum, recipe.WeightDecay),
            OptimizerKind.Adam or OptimizerKind.AdamW => new FlatAdam(
                module,
                recipe.Optimizer,
                recipe.Beta1,
                recipe.Beta2,
                recipe.WeightDecay
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Optimizer, "unknown optimizer"),
        };
    }

    /// <summary>Sets the gradients to zero, before a backward pass.</summary>
    public void ClearGradients()
    {
        using IDisposable quiet = no_grad();
        Gradients.zero_();
    }

    /// <summary>
    /// Scales the gradients down so that their norm is at most the given one. The factor stays on the device.
    /// </summary>
    /// <param name="norm">The maximum, greater than 0.</param>
    public void ClipGradients(double norm)
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Gradients.mul_((norm / (Gradients.norm() + 1e-6)).clamp(max: 1)); // 1e-6 as in PyTorch
    }

    /// <summary>Updates the weights by their gradients, which it overwrites.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The step of the whole training, counted from 0.</param>
    public void Step(double rate, long step)
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Update(rate, step);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, Tensor buffer) in buffers)
        {
            buffer.Dispose();
        }

        buffers.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Updates the weights; called without gradients and in a scope that frees tensors.</summary>
    protected abstract void Update(double rate, long step);

    /// <summary>Creates a buffer of the state, filled with zeros.</summary>
    protected Tensor CreateBuffer(string name)
    {
        Tensor buffer = zeros_like(module.Weights).DetachFromDisposeScope();
        buffers.Add((name, buffer));
        return buffer;
    }

    /// <summary>The part of a buffer to which weight decay applies.</summary>
    protected Tensor Decayed(Tensor buffer) => buffer.narrow(0, 0, module.Layout.Decayed);
}
