using TorchSharp;
using TorchSharp.Modules;

namespace Mien.Training;

/// <summary>
/// Creates TorchSharp's optimizer for a recipe, with weight decay for convolutions and dense layers only. It reads the
/// checkpoints of earlier versions, and <see cref="FlatOptimizer"/> is tested and measured against it.
/// </summary>
internal static class OptimizerFactory
{
    public static OptimizerHelper Create(TrainingRecipe r, NetworkModule module)
    {
        Parameter[] decayed = [.. Ordered(module).Where(p => p.Value.dim() > 1).Select(p => p.Value)];
        Parameter[] free = [.. Ordered(module).Where(p => p.Value.dim() <= 1).Select(p => p.Value)];
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

    /// <summary>The trained tensors in the order of the optimizer: those to which weight decay applies first.</summary>
    public static IEnumerable<KeyValuePair<string, Parameter>> Ordered(NetworkModule module) =>
        module.Trained.OrderBy(p => p.Value.dim() > 1 ? 0 : 1);
}
