using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Stochastic gradient descent with Nesterov momentum and L2 weight decay.</summary>
internal sealed class FlatSgd : FlatOptimizer
{
    private readonly double momentum;
    private readonly double weightDecay;
    private readonly Tensor? velocity;

    public FlatSgd(NetworkModule module, double momentum, double weightDecay)
        : base(module)
    {
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        velocity = momentum > 0 ? CreateBuffer("momentum") : null;
    }

    /// <inheritdoc/>
    public override OptimizerKind Kind => OptimizerKind.Sgd;

    /// <inheritdoc/>
    protected override void Update(double rate, long step)
    {
        if (weightDecay > 0)
        {
            Decayed(Gradients).add_(Decayed(Weights), weightDecay);
        }

        if (velocity is not null)
        {
            velocity.mul_(momentum).add_(Gradients, 1);
            Gradients.add_(velocity, momentum);
        }

        Weights.add_(Gradients, -rate);
    }
}
