using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Adam with L2 weight decay, or AdamW with decoupled weight decay.</summary>
internal sealed class FlatAdam : FlatOptimizer
{
    private const double Epsilon = 1e-8; // as in the paper and in PyTorch

    private readonly double beta1;
    private readonly double beta2;
    private readonly double weightDecay;
    private readonly Tensor mean;
    private readonly Tensor meanSquare;

    public FlatAdam(NetworkModule module, OptimizerKind kind, double beta1, double beta2, double weightDecay)
        : base(module)
    {
        Kind = kind;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
        mean = CreateBuffer("mean");
        meanSquare = CreateBuffer("meanSquare");
    }

    /// <inheritdoc/>
    public override OptimizerKind Kind { get; }

    /// <inheritdoc/>
    protected override void Update(double rate, long step)
    {
        if (weightDecay > 0 && Kind == OptimizerKind.AdamW)
        {
            Decayed(Weights).mul_(1 - (rate * weightDecay));
        }
        else if (weightDecay > 0)
        {
            Decayed(Gradients).add_(Decayed(Weights), weightDecay);
        }

        mean.mul_(beta1).add_(Gradients, 1 - beta1);
        meanSquare.mul_(beta2).addcmul_(Gradients, Gradients, 1 - beta2);
        Tensor deviation = (meanSquare.sqrt() / Math.Sqrt(1 - Math.Pow(beta2, step + 1))).add_(Epsilon);
        Weights.addcdiv_(mean, deviation, -rate / (1 - Math.Pow(beta1, step + 1)));
    }
}
