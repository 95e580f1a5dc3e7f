using TorchSharp;
using TorchSharp.Modules;

namespace Mien.Training;

/// <summary>Creates the recipe's optimizer, with weight decay for convolutions and dense layers only.</summary>
internal static class OptimizerFactory
{
    public static OptimizerHelper Create(TrainingRecipe r, NetworkModule module)
    {
        // Biases and the scales and shifts of batch norms are vectors and do not decay; filters and matrices do.
        Parameter[] decayed = [.. module.Trained.Values.Where(p => p.dim() > 1)];
        Parameter[] free = [.. module.Trained.Values.Where(p => p.dim() <= 1)];
        double rate = r.LearningRate;
        return r.Optimizer switch
        {
            OptimizerKind.Adam => torch.optim.Adam(
                [
                    new Adam.ParamGroup(decayed, new Adam.Options { weight_decay = r.WeightDecay }),
                    new Adam.ParamGroup(free, new Adam.Options { weight_decay = 0 }),
                ],
                rate,
                r.Beta1,
                r.Beta2
            ),
            OptimizerKind.AdamW => torch.optim.AdamW(
                [
                    new AdamW.ParamGroup(decayed, new AdamW.Options { weight_decay = r.WeightDecay }),
                    new AdamW.ParamGroup(free, new AdamW.Options { weight_decay = 0 }),
                ],
                rate,
                r.Beta1,
                r.Beta2
            ),
            _ => torch.optim.SGD(
                [
                    new SGD.ParamGroup(decayed, new SGD.Options { weight_decay = r.WeightDecay }),
                    new SGD.ParamGroup(free, new SGD.Options { weight_decay = 0 }),
                ],
                rate,
                r.Momentum,
                nesterov: r.Momentum > 0
            ),
        };
    }
}
