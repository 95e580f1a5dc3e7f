using Mien.Data;
using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>
/// A training as a plain loop over separate tensors with TorchSharp's optimizers, as Mien trained before it had flat
/// buffers. It has no averages over epochs and no sharpness-aware minimisation.
/// </summary>
internal sealed class ReferenceTrainer : IDisposable
{
    private readonly TrainingRecipe recipe;
    private readonly FaceDataset train;
    private readonly OptimizerHelper optimizer;
    private readonly Dictionary<string, Tensor> average = new(StringComparer.Ordinal);
    private readonly Augmenter augmenter;
    private readonly Targets targets;

    public ReferenceTrainer(TrainingRecipe recipe, NetworkGraph graph, FaceDataset data)
    {
        this.recipe = recipe;
        train = data.Only(DatasetSplit.Training);
        (float scale, float offset) = PixelInput.Of(recipe.Scaling, train);
        augmenter = new Augmenter(recipe, train, scale, offset);
        targets = new Targets(recipe, train);
        Network = new NetworkModule(graph, (long)SeededRandom.For(recipe.Seed, RandomPurpose.Weights, 0).Next())
        {
            Precision = recipe.Precision,
            DropoutSeed = recipe.Seed,
        };
        optimizer = OptimizerFactory.Create(recipe, Network);
        foreach ((string name, Tensor value) in Network.State)
        {
            average[name] = value.detach().clone().DetachFromDisposeScope();
        }
    }

    public NetworkModule Network { get; }

    /// <summary>The moving averages of weights and batch statistics.</summary>
    public IReadOnlyDictionary<string, Tensor> Average => average;

    public int Batches => train.Count / recipe.BatchSize;

    /// <summary>The state of TorchSharp's optimizer, as checkpoints contained it.</summary>
    public byte[] OptimizerState()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            optimizer.save_state_dict(writer);
        }

        return bytes.ToArray();
    }

    /// <summary>Takes one step and returns the loss.</summary>
    public float Step(long step)
    {
        int epoch = (int)(step / Batches),
            side = Network.Graph.Input.Height,
            n = recipe.BatchSize;
        bool plain = epoch >= recipe.Epochs - recipe.PlainEpochs;
        int[] order = SeededRandom.For(recipe.Seed, RandomPurpose.Order, epoch).Permutation(train.Count);
        int[] indices = order[(int)(step % Batches * n)..][..n];
        float[] pixels = new float[n * side * side];
        float[] wanted = new float[n * Expressions.Count];
        for (int i = 0; i < n; i++)
        {
            augmenter.Write(indices[i], epoch, plain, side, side, pixels.AsSpan(i * side * side, side * side));
            targets[indices[i]].CopyTo(wanted.AsSpan(i * Expressions.Count));
        }

        if (recipe.Mixup > 0 && !plain)
        {
            Mixup.Apply(recipe, step, pixels, wanted, indices);
        }

        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = new LearningRateSchedule(recipe, Batches).At(step, []);
        }

        using DisposeScope scope = NewDisposeScope();
        Network.DropoutStep = step;
        Network.train();
        optimizer.zero_grad();
        Tensor logs = nn.functional.log_softmax(Network.forward(tensor(pixels, [n, 1, side, side])), 1);
        Tensor loss = (logs * tensor(wanted, [n, Expressions.Count])).sum() * (-1.0 / n);
        loss.backward();
        if (recipe.ClipNorm > 0)
        {
            nn.utils.clip_grad_norm_(Network.Trained.Values, recipe.ClipNorm);
        }

        optimizer.step();
        using IDisposable quiet = no_grad();
        double decay = Math.Min(recipe.Ema, (1.0 + step) / (10.0 + step));
        foreach ((string name, Tensor value) in Network.State)
        {
            average[name].lerp_(value, 1 - decay);
        }

        return loss.item<float>();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        Network.Dispose();
        foreach (Tensor value in average.Values)
        {
            value.Dispose();
        }
    }
}
