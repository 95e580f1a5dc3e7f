using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Sharpness-aware minimisation (Foret et al., 2021): the gradient that the optimizer gets is taken at the point where
/// the loss is highest, to first order, within a radius around the weights. Not thread-safe; owns a copy of the
/// weights.
/// </summary>
internal sealed class SharpnessAware : IDisposable
{
    private readonly NetworkModule module;
    private readonly double radius;
    private readonly Tensor kept;

    /// <summary>Prepares the copy of the weights.</summary>
    /// <param name="module">The network.</param>
    /// <param name="radius">The radius in the space of all weights, greater than 0.</param>
    public SharpnessAware(NetworkModule module, double radius)
    {
        this.module = module;
        this.radius = radius;
        kept = empty_like(module.Weights).DetachFromDisposeScope();
    }

    /// <summary>
    /// Moves the weights by the radius along their gradients, which are set to zero for the second backward pass.
    /// </summary>
    public void Ascend()
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        kept.copy_(module.Weights);
        module.Weights.addcmul_(module.Gradients, radius / (module.Gradients.norm() + 1e-12), 1);
        module.Gradients.zero_();
    }

    /// <summary>Moves the weights back, to the last bit; the gradients of the second pass stay.</summary>
    public void Return()
    {
        using IDisposable quiet = no_grad();
        module.Weights.copy_(kept);
    }

    /// <inheritdoc/>
    public void Dispose() => kept.Dispose();
}
