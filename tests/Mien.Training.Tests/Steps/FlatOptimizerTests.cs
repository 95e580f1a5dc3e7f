using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>The optimizer on flat buffers against TorchSharp's, step by step.</summary>
public class FlatOptimizerTests
{
    [Theory]
    [InlineData(OptimizerKind.Sgd, 0.9, 0.01)]
    [InlineData(OptimizerKind.Sgd, 0.9, 0)]
    [InlineData(OptimizerKind.Sgd, 0, 0.01)]
    [InlineData(OptimizerKind.Adam, 0.9, 0.01)]
    [InlineData(OptimizerKind.Adam, 0.9, 0)]
    [InlineData(OptimizerKind.AdamW, 0.9, 0.01)]
    [InlineData(OptimizerKind.AdamW, 0.9, 0)]
    public void Every_step_is_that_of_TorchSharp_to_the_last_bit(object kind, double momentum, double weightDecay)
    {
        var recipe = new TrainingRecipe
        {
            Optimizer = (OptimizerKind)kind,
            Momentum = momentum,
            WeightDecay = weightDecay,
            Beta2 = 0.99,
        };
        using var flat = new NetworkModule(Made.Graph(), 1);
        using var separate = new NetworkModule(Made.Graph(), 1);
        using FlatOptimizer optimizer = FlatOptimizer.Create(recipe, flat);
        using OptimizerHelper expected = OptimizerFactory.Create(recipe, separate);
        for (int step = 0; step < 6; step++)
        {
            double rate = 0.05 / (step + 1);
            using DisposeScope scope = NewDisposeScope();
            optimizer.ClearGradients();
            expected.zero_grad();
            foreach ((NetworkModule module, int seed) in new[] { (flat, step), (separate, step) })
            {
                module.DropoutStep = step;
                using var generator = new Generator((ulong)seed);
                module.forward(randn([8, 1, 8, 8], generator: generator)).square().sum().backward();
            }

            optimizer.Step(rate, step);
            foreach (var group in expected.ParamGroups)
            {
                group.LearningRate = rate;
            }

            expected.step();
            Check.All(
                separate.Trained,
                p =>
                    Assert.Equal(
                        p.Value.detach().data<float>().ToArray(),
                        flat.Trained[p.Key].detach().data<float>().ToArray()
                    )
            );
        }
    }

    [Fact]
    public void Clipping_scales_the_gradients_as_TorchSharp_does()
    {
        using var flat = new NetworkModule(Made.Graph(), 1);
        using var separate = new NetworkModule(Made.Graph(), 1);
        using FlatOptimizer optimizer = FlatOptimizer.Create(new TrainingRecipe(), flat);
        using DisposeScope scope = NewDisposeScope();
        Tensor images = rand([8, 1, 8, 8]);
        foreach (NetworkModule module in (NetworkModule[])[flat, separate])
        {
            module.forward(images).square().sum().backward();
        }

        float[] whole = Gradients(flat);
        double norm = Math.Sqrt(whole.Sum(g => (double)g * g));
        optimizer.ClipGradients(2 * norm);
        Assert.Equal(whole, Gradients(flat)); // not a bit is changed

        optimizer.ClipGradients(norm / 3);
        nn.utils.clip_grad_norm_(separate.Trained.Values, norm / 3);
        Check.All(Gradients(separate).Zip(Gradients(flat)), p => Assert.Equal(p.First, p.Second, 1e-6 * norm));
        Assert.Equal(norm / 3, Math.Sqrt(Gradients(flat).Sum(g => (double)g * g)), 1e-5 * norm);

        static float[] Gradients(NetworkModule module) =>
            [.. module.Trained.Values.SelectMany(p => p.grad!.data<float>().ToArray())];
    }

    [Fact]
    public void Every_tensor_has_an_aligned_place_of_its_own_in_the_buffers()
    {
        using var module = new NetworkModule(EveryLayer.Graph(), 1);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        foreach ((Tensor buffer, int mark) in new[] { (module.Weights, 7), (module.BatchStatistics, 8) })
        {
            buffer.fill_(mark);
        }

        module.Gradients.fill_(9);
        Check.All(module.Trained.Values, p => Check.All(p.detach().data<float>().ToArray(), v => Assert.Equal(7, v)));
        Check.All(module.Statistics.Values, p => Check.All(p.data<float>().ToArray(), v => Assert.Equal(8, v)));
        Check.All(module.Trained.Values, p => Check.All(p.grad!.data<float>().ToArray(), v => Assert.Equal(9, v)));

        WeightLayout layout = module.Layout;
        foreach (
            (IEnumerable<string> names, Func<string, (long Offset, long[] Size)> place, long size) in new (
                IEnumerable<string>,
                Func<string, (long, long[])>,
                long
            )[]
            {
                (module.Trained.Keys, layout.OfTrained, layout.Trained),
                (module.Statistics.Keys, layout.OfStatistic, layout.Statistics),
            }
        )
        {
            long end = 0;
            foreach ((long offset, long[] shape) in names.Select(place).OrderBy(p => p.Offset))
            {
                Assert.True(offset >= end, $"The tensor at {offset} begins before {end}.");
                Assert.Equal(0, offset % 16);
                end = offset + shape.Aggregate(1L, (x, y) => x * y);
            }

            Assert.InRange(end, 1, size);
        }

        Check.All(
            module.Trained,
            p => Assert.Equal(p.Value.dim() > 1, layout.OfTrained(p.Key).Offset < layout.Decayed)
        );
    }
}
