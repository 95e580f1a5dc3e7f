namespace Mien.Evaluation.Tests;

public class LinearHeadFitTests
{
    private const int Width = 5;
    private const int Classes = 3;

    [Theory]
    [InlineData(true, true, true, true)]
    [InlineData(true, true, false, false)]
    [InlineData(false, true, true, true)]
    [InlineData(true, false, true, true)]
    [InlineData(false, true, false, true)]
    public void The_gradient_agrees_with_differences(bool weights, bool bias, bool scale, bool hasOlder)
    {
        (double[] features, double[] older, float[] targets) = Made(1500);
        var options = new LinearHeadFitOptions
        {
            WeightL2 = 40,
            BiasL2 = 7,
            FitWeights = weights,
            FitBias = bias,
            FitScale = scale,
        };
        LinearHead start = RandomHead(1);
        var loss = new LinearHeadLoss(features, Width, hasOlder ? older : null, targets, start, options);
        double[] point = loss.Pack(RandomHead(2));
        Assert.Equal((weights ? 15 : 0) + (bias ? 3 : 0) + (scale && hasOlder ? 1 : 0), point.Length);
        double[] gradient = new double[point.Length];
        loss.Compute(loss.Unpack(point), gradient);
        for (int i = 0; i < point.Length; i++)
        {
            double difference = (At(i, 1e-5) - At(i, -1e-5)) / 2e-5;
            Assert.Equal(difference, gradient[i], 1e-8);
        }

        double At(int place, double by)
        {
            double[] moved = [.. point];
            moved[place] += by;
            return loss.Compute(loss.Unpack(moved), new double[moved.Length]);
        }
    }

    [Fact]
    public void The_loss_agrees_with_plain_loops()
    {
        (double[] features, double[] older, float[] targets) = Made(70);
        LinearHead head = RandomHead(3);
        var start = LinearHead.Unchanged(Classes, Width);
        var options = new LinearHeadFitOptions { WeightL2 = 4, BiasL2 = 2 };
        double expected = (2 * head.Weights.Sum(w => w * w)) + head.Bias.Sum(b => b * b);
        for (int i = 0; i < 70; i++)
        {
            double[] z =
            [
                .. Enumerable
                    .Range(0, Classes)
                    .Select(c =>
                        (head.Scale * older[(i * Classes) + c])
                        + head.Bias[c]
                        + Enumerable.Range(0, Width).Sum(f => head.Weights[(c * Width) + f] * features[(i * Width) + f])
                    ),
            ];
            double log = Math.Log(z.Sum(Math.Exp));
            expected += Enumerable.Range(0, Classes).Sum(c => targets[(i * Classes) + c] * (log - z[c]));
        }

        var loss = new LinearHeadLoss(features, Width, older, targets, start, options);
        Assert.Equal(expected / 70, loss.Compute(head, new double[loss.Length]), 1e-12);
    }

    [Fact]
    public void Finds_the_head_that_the_targets_were_made_with()
    {
        (double[] features, double[] older, _) = Made(4000);
        LinearHead made = RandomHead(4);
        float[] targets = Probabilities(made, features, older);
        LinearHead found = LinearHeadFit.Fit(
            features,
            Width,
            older,
            targets,
            Classes,
            new LinearHeadFitOptions { WeightL2 = 0 }
        );

        // Only differences between classes show in probabilities.
        float[] again = Probabilities(found, features, older);
        Assert.Equal(made.Scale, found.Scale, 1e-3);
        Assert.True(targets.Zip(again, (a, b) => Math.Abs(a - b)).Max() < 1e-3);
    }

    [Fact]
    public void A_strong_penalty_keeps_the_head_at_its_start_and_parts_that_are_not_fitted_stay()
    {
        (double[] features, double[] older, float[] targets) = Made(200);
        LinearHead start = RandomHead(5);
        LinearHead stiff = Fit(
            new LinearHeadFitOptions
            {
                WeightL2 = 1e9,
                BiasL2 = 1e9,
                FitScale = false,
            }
        );
        Check.All(stiff.Weights.Zip(start.Weights), p => Assert.Equal(p.Second, p.First, 1e-5));
        Check.All(stiff.Bias.Zip(start.Bias), p => Assert.Equal(p.Second, p.First, 1e-5));
        Assert.Equal(start.Scale, stiff.Scale);

        LinearHead biasOnly = Fit(new LinearHeadFitOptions { FitWeights = false, FitScale = false });
        Assert.Equal(start.Weights, biasOnly.Weights);
        Assert.Equal(start.Scale, biasOnly.Scale);
        Assert.NotEqual(start.Bias, biasOnly.Bias);

        // At the best bias every class is predicted as often as it is wanted.
        float[] p = Probabilities(biasOnly, features, older);
        for (int c = 0; c < Classes; c++)
        {
            Assert.Equal(
                Enumerable.Range(0, 200).Sum(i => targets[(i * Classes) + c]),
                Enumerable.Range(0, 200).Sum(i => p[(i * Classes) + c]),
                0.01
            );
        }

        LinearHead Fit(LinearHeadFitOptions options) =>
            LinearHeadFit.Fit(features, Width, older, targets, Classes, options with { Start = start });
    }

    [Fact]
    public void The_combined_layer_gives_the_same_logits_on_features_as_they_are()
    {
        var random = new Random(6);
        float[] plain =
        [
            .. Enumerable.Range(0, 40 * Width).Select(i => (float)((random.NextDouble() * 9) + (i % Width))),
        ];
        for (int i = 0; i < 40; i++)
        {
            plain[(i * Width) + 2] = 3; // a feature that never changes
        }

        float[] oldWeights = [.. Enumerable.Range(0, Classes * Width).Select(_ => random.NextSingle() - 0.5f)];
        float[] oldBias = [0.3f, -0.2f, 0.1f];
        var standardisation = FeatureStandardisation.Of(plain, Width);
        double[] features = standardisation.Apply(plain);
        Assert.Equal(0, Enumerable.Range(0, 40).Sum(i => features[i * Width]), 1e-9);
        Assert.Equal(40, Enumerable.Range(0, 40).Sum(i => features[i * Width] * features[i * Width]), 1e-6);
        Assert.Equal(0, features[2], 1e-12);

        LinearHead head = RandomHead(7);
        (float[] weights, float[] bias) = head.Combine(standardisation, oldWeights, oldBias);
        for (int i = 0; i < 40; i++)
        {
            for (int c = 0; c < Classes; c++)
            {
                double older = oldBias[c] + Dot(oldWeights, c, f => plain[(i * Width) + f]);
                double expected =
                    (head.Scale * older)
                    + head.Bias[c]
                    + Enumerable.Range(0, Width).Sum(f => head.Weights[(c * Width) + f] * features[(i * Width) + f]);
                Assert.Equal(expected, bias[c] + Dot(weights, c, f => plain[(i * Width) + f]), 1e-4);
            }
        }

        static double Dot(float[] weights, int c, Func<int, float> x) =>
            Enumerable.Range(0, Width).Sum(f => (double)weights[(c * Width) + f] * x(f));
    }

    [Fact]
    public void Can_be_cancelled_and_rejects_arrays_of_different_images()
    {
        (double[] features, double[] older, float[] targets) = Made(100);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            LinearHeadFit.Fit(
                features,
                Width,
                older,
                targets,
                Classes,
                progress: new Immediate(_ => source.Cancel()),
                cancellationToken: source.Token
            )
        );
        Assert.Throws<ArgumentException>(() => LinearHeadFit.Fit(features[1..], Width, older, targets, Classes));
        Assert.Throws<ArgumentException>(() => LinearHeadFit.Fit(features, Width, older[3..], targets, Classes));
        Assert.Throws<ArgumentException>(() => LinearHeadFit.Fit([], Width, null, [], Classes));
        features[3] = double.NaN;
        Assert.Throws<ArgumentException>(() => LinearHeadFit.Fit(features, Width, older, targets, Classes));
        Assert.Throws<ArgumentException>(() => FeatureStandardisation.Of([1, 2, 3], 2));
    }

    private static (double[] Features, double[] Older, float[] Targets) Made(int count)
    {
        var random = new Random(9);
        double[] features = [.. Enumerable.Range(0, count * Width).Select(_ => Normal())];
        double[] older = [.. Enumerable.Range(0, count * Classes).Select(_ => 2 * Normal())];
        return (features, older, Probabilities(RandomHead(10), features, older));

        double Normal() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
    }

    private static LinearHead RandomHead(int seed)
    {
        var random = new Random(seed);
        return new LinearHead(
            [.. Enumerable.Range(0, Classes * Width).Select(_ => random.NextDouble() - 0.5)],
            [.. Enumerable.Range(0, Classes).Select(_ => random.NextDouble() - 0.5)],
            0.5 + random.NextDouble()
        );
    }

    private static float[] Probabilities(LinearHead head, double[] features, double[] older)
    {
        float[] result = new float[older.Length];
        for (int i = 0; i < older.Length / Classes; i++)
        {
            double[] z =
            [
                .. Enumerable
                    .Range(0, Classes)
                    .Select(c =>
                        (head.Scale * older[(i * Classes) + c])
                        + head.Bias[c]
                        + Enumerable.Range(0, Width).Sum(f => head.Weights[(c * Width) + f] * features[(i * Width) + f])
                    ),
            ];
            double sum = z.Sum(Math.Exp);
            for (int c = 0; c < Classes; c++)
            {
                result[(i * Classes) + c] = (float)(Math.Exp(z[c]) / sum);
            }
        }

        return result;
    }

    private sealed class Immediate(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
