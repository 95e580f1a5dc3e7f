using Mien.Evaluation;
using Mien.Tools;

namespace Mien.Adaptation.Tests;

public class LayerFitTests
{
    [Fact]
    public void A_constant_feature_does_not_blow_up()
    {
        AdaptationSamples samples = new SimulatedFaces(1, width: 16).Draw(new Random(1), 20, 1);
        for (int i = 0; i < 20; i++)
        {
            samples.Features[i * 16] = 0.25f;
        }

        FeatureStandardisation standardisation = RobustStandardisation.Of(samples.Features, 16, All(samples));
        Assert.Equal(0.25, standardisation.Mean[0], 1e-6);
        Assert.InRange(standardisation.Deviation[0], 0.2, 1);
        Assert.InRange(standardisation.Deviation[1], 0.5, 1.6);
    }

    [Fact]
    public void With_many_faces_deviations_are_those_of_the_features()
    {
        AdaptationSamples samples = new SimulatedFaces(1, width: 8).Draw(new Random(1), 3000, 1);
        FeatureStandardisation plain = FeatureStandardisation.Of(samples.Features, 8);
        FeatureStandardisation robust = RobustStandardisation.Of(samples.Features, 8, All(samples));
        for (int f = 0; f < 8; f++)
        {
            Assert.Equal(plain.Mean[f], robust.Mean[f], 1e-6);
            Assert.Equal(plain.Deviation[f], robust.Deviation[f], 2e-3);
        }
    }

    [Fact]
    public void Features_that_are_all_equal_are_left_as_they_are()
    {
        FeatureStandardisation standardisation = RobustStandardisation.Of(new float[12], 4, [0, 1, 2]);
        Assert.Equal([1, 1, 1, 1], standardisation.Deviation);
    }

    [Fact]
    public void The_span_of_the_rows_keeps_their_products_and_gives_the_weights_back()
    {
        AdaptationSamples samples = new SimulatedFaces(2, width: 12).Draw(new Random(2), 6, 1);
        double[] rows = Array.ConvertAll(samples.Features, f => (double)f);

        // The last row depends on the others.
        for (int f = 0; f < 12; f++)
        {
            rows[(5 * 12) + f] = rows[f] - (2 * rows[12 + f]);
        }

        RowSpan span = RowSpan.Of(rows, 12);
        Assert.Equal(5, span.Rank);
        double[] weights = span.Expand([0.5, -1, 2, 0.25, 3], 1);
        for (int i = 0; i < 6; i++)
        {
            double full = Enumerable.Range(0, 12).Sum(f => weights[f] * rows[(i * 12) + f]);
            double inside = Enumerable
                .Range(0, 5)
                .Sum(j => new[] { 0.5, -1, 2, 0.25, 3 }[j] * span.Coordinates[(i * 5) + j]);
            Assert.Equal(full, inside, 1e-9);
        }
    }

    [Fact]
    public void Fewer_faces_than_features_give_the_same_layer_as_a_fit_on_all_features()
    {
        AdaptationSamples samples = new SimulatedFaces(3, biasShift: 1, width: 40).Draw(new Random(3), 30, 1);
        FittedLayer layer = LayerFit.Fit(samples, All(samples), [new Pull(PullKind.Layer, 10)])[0];
        FeatureStandardisation standardisation = RobustStandardisation.Of(samples.Features, 40, All(samples));
        float[] targets = new float[30 * 7];
        for (int i = 0; i < 30; i++)
        {
            targets[(i * 7) + samples.Targets[i]] = 1;
        }

        LinearHead full = LinearHeadFit.Fit(
            standardisation.Apply(samples.Features),
            40,
            Array.ConvertAll(samples.BaseLogits, l => (double)l),
            targets,
            7,
            new LinearHeadFitOptions
            {
                WeightL2 = 10,
                BiasL2 = PullLadder.BiasL2,
                ScaleL2 = PullLadder.ScaleL2,
            }
        );
        Assert.Equal(full.Scale, layer.Scale, 1e-2);
        for (int i = 0; i < full.Weights.Length; i++)
        {
            Assert.Equal(full.Weights[i] / standardisation.Deviation[i % 40], layer.Weights[i], 1e-2);
        }
    }

    [Fact]
    public void Only_new_classes_have_weights_where_bias_and_scale_are_fitted()
    {
        AdaptationSamples samples = new SimulatedFaces(4, width: 10).Draw(new Random(4), 60, 1) with
        {
            BaseColumns = [0, 1, 2, 3, 4, 5, -1],
        };
        FittedLayer layer = LayerFit.Fit(samples, All(samples), [new Pull(PullKind.BiasAndScale, 0, 30)])[0];
        Check.All(layer.Weights[..60], w => Assert.Equal(0, w));
        Check.All(layer.Weights[60..], w => Assert.NotEqual(0, w));
    }

    [Fact]
    public void The_scale_stays_finite_where_every_face_is_correct()
    {
        AdaptationSamples samples = new SimulatedFaces(5, width: 10).Draw(new Random(5), 20, 1);
        for (int i = 0; i < 20; i++)
        {
            samples.Targets[i] = LogitScores.Top([
                .. Enumerable.Range(0, 7).Select(c => (double)samples.BaseLogits[(i * 7) + c]),
            ]);
        }

        FittedLayer layer = LayerFit.Fit(samples, All(samples), [new Pull(PullKind.BiasAndScale)])[0];
        Assert.InRange(layer.Scale, 1, 5);
    }

    private static int[] All(AdaptationSamples samples) => [.. Enumerable.Range(0, samples.Count)];
}
