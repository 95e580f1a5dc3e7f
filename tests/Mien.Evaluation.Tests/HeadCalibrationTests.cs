using Mien.Data;

namespace Mien.Evaluation.Tests;

public class HeadCalibrationTests
{
    private static readonly float[] Half = [0.5f, 0.5f];

    [Fact]
    public void A_head_for_labels_gets_the_temperature_threshold_and_metrics_of_its_labels()
    {
        (FaceDataset images, float[][] logits) = Made(400);
        ModelHead head = HeadCalibration.Calibrate(Head(LabelSets.Fer2013, 0), logits[0], images);
        double temperature = TemperatureScaling.Fit(logits[0], images.Labels);
        var expected = new Predictions(
            "m",
            TemperatureScaling.Apply(logits[0], (float)temperature),
            images.Labels,
            [.. Enumerable.Range(0, 400).Select(images.Source)]
        );
        EvaluationResult result = Metrics.Compute(expected);
        Assert.Equal((float)temperature, head.Temperature);
        Assert.Equal((float)RiskCoverage.ChooseThreshold(expected), head.UncertainBelow);
        Assert.Equal(
            [result.Accuracy, 400, result.Ece, result.LogLoss, result.MacroF1],
            head.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => m.Value)
        );
        Assert.Equal("publicTest.accuracy", head.Metrics.Keys.Order(StringComparer.Ordinal).First());

        ModelHead kept = HeadCalibration.Calibrate(
            head with
            {
                Temperature = 2,
                UncertainBelow = 0.25f,
            },
            logits[0],
            images,
            keep: true
        );
        Assert.Equal((2f, 0.25f), (kept.Temperature, kept.UncertainBelow));
        Assert.Equal(head.Metrics["publicTest.accuracy"], kept.Metrics["publicTest.accuracy"]);
        Assert.NotEqual(head.Metrics["publicTest.logLoss"], kept.Metrics["publicTest.logLoss"]);
    }

    [Fact]
    public void A_head_for_votes_is_measured_on_the_images_with_a_majority()
    {
        (FaceDataset images, float[][] logits) = Made(400);
        byte[] majority = FerPlusVotes.Majority(images);
        int[] kept = [.. Enumerable.Range(0, 400).Where(i => majority[i] != FerPlusVotes.NoLabel)];
        Assert.InRange(kept.Length, 100, 399);
        ModelHead head = HeadCalibration.Calibrate(Head(LabelSets.FerPlus, 7), logits[1], images);
        int correct = kept.Count(i => IndexOfMax(logits[1].AsSpan(i * 7, 7)) == majority[i]);
        Assert.Equal(correct / (double)kept.Length, head.Metrics["publicTest.accuracy"], 1e-12);
        Assert.Equal(kept.Length, head.Metrics["publicTest.count"]);

        // One temperature for the majority labels, one for the shares of people.
        float[] rows = [.. kept.SelectMany(i => logits[1].AsSpan(i * 7, 7).ToArray())];
        Assert.Equal((float)TemperatureScaling.Fit(rows, [.. kept.Select(i => majority[i])]), head.Temperature);
        Assert.Equal(
            (float)TemperatureScaling.FitToDistributions(logits[1], images.VoteDistributions!),
            head.VoteTemperature
        );
        Assert.True(head.Temperature < head.VoteTemperature);
        Assert.Null(HeadCalibration.Calibrate(Head(LabelSets.Fer2013, 0), logits[0], images).VoteTemperature);
    }

    [Fact]
    public void The_blend_is_the_same_as_one_of_heads_at_their_vote_temperatures()
    {
        (FaceDataset images, float[][] logits) = Made(300);
        ModelHead labels = Head(LabelSets.Fer2013, 0) with { Temperature = 1.3f };
        ModelHead votes = Head(LabelSets.FerPlus, 7) with { Temperature = 0.7f, VoteTemperature = 1.1f };
        float[] shares = [0.25f, 0.75f];
        HeadBlend blend = HeadCalibration.Blend(shares, [labels, votes], logits, images);
        HeadBlend atVotes = HeadCalibration.Blend(
            shares,
            [labels, votes with { Temperature = 1.1f, VoteTemperature = null }],
            logits,
            images
        );
        Assert.Equal(1, blend.Weights.Sum(), 1e-6);
        Assert.Equal(0.75 * 0.7 / 1.1 / 0.25, blend.Weights[1] / blend.Weights[0], 1e-4);
        Assert.Equal(shares, atVotes.Weights);
        Assert.Equal(atVotes.UncertainBelow!.Value, blend.UncertainBelow!.Value, 0.0101);
        foreach ((string name, double value) in atVotes.Metrics)
        {
            Assert.Equal(value, blend.Metrics[name], 1e-4);
        }

        float[] back = HeadCalibration.Shares(blend.Weights, [labels, votes]);
        Assert.Equal(shares[0], back[0], 1e-6);
        Assert.Equal(shares[1], back[1], 1e-6);
    }

    [Fact]
    public void The_blend_agrees_with_a_plain_formula_and_its_temperature_is_best_over_all_label_sets()
    {
        (FaceDataset images, float[][] logits) = Made(300);
        ModelHead[] heads =
        [
            Head(LabelSets.Fer2013, 0) with
            {
                Temperature = 1.3f,
            },
            Head(LabelSets.FerPlus, 7) with
            {
                Temperature = 0.7f,
            },
        ];
        float[] weights = [0.25f, 0.75f];
        float[] mixed = HeadCalibration.Mix(weights, heads, logits);
        double[][] p = [Softmax(logits[0], 1.3), Softmax(logits[1], 0.7)];
        for (int i = 0; i < mixed.Length; i++)
        {
            Assert.Equal((0.25 * Math.Log(p[0][i])) + (0.75 * Math.Log(p[1][i])), mixed[i], 1e-4);
        }

        HeadBlend blend = HeadCalibration.Blend(weights, heads, logits, images);
        byte[] majority = FerPlusVotes.Majority(images);
        Assert.True(Loss(blend.Temperature) < Loss(blend.Temperature * 1.02));
        Assert.True(Loss(blend.Temperature) < Loss(blend.Temperature * 0.98));
        Assert.Equal(weights, blend.Weights);
        Assert.InRange(blend.UncertainBelow!.Value, 0, 1);
        Assert.Equal(300, blend.Metrics["publicTest.fer2013.count"]);
        Assert.Equal(majority.Count(l => l != FerPlusVotes.NoLabel), blend.Metrics["publicTest.ferplus.count"]);
        int correct = Enumerable.Range(0, 300).Count(i => IndexOfMax(mixed.AsSpan(i * 7, 7)) == images.Labels[i]);
        Assert.Equal(correct / 300.0, blend.Metrics["publicTest.fer2013.accuracy"], 1e-12);

        double Loss(double temperature)
        {
            double[] q = Softmax(mixed, temperature);
            double sum = 0;
            for (int i = 0; i < 300; i++)
            {
                sum -= Math.Log(q[(i * 7) + images.Labels[i]]);
                sum -= majority[i] == FerPlusVotes.NoLabel ? 0 : Math.Log(q[(i * 7) + majority[i]]);
            }

            return sum;
        }
    }

    [Fact]
    public void A_temperature_fitted_to_distributions_has_the_lowest_cross_entropy()
    {
        (FaceDataset images, float[][] logits) = Made(200);
        float[] targets = images.VoteDistributions!;
        double fitted = TemperatureScaling.FitToDistributions(logits[1], targets);
        Assert.True(Loss(fitted) < Loss(fitted * 1.01) && Loss(fitted) < Loss(fitted * 0.99));

        // Labels are distributions with a share of 1.
        float[] hard = new float[targets.Length];
        for (int i = 0; i < 200; i++)
        {
            hard[(i * 7) + images.Labels[i]] = 1;
        }

        Assert.Equal(
            TemperatureScaling.Fit(logits[0], images.Labels),
            TemperatureScaling.FitToDistributions(logits[0], hard),
            1e-6
        );
        Assert.Throws<ArgumentException>(() => TemperatureScaling.FitToDistributions([], []));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.FitToDistributions(new float[7], new float[14]));

        double Loss(double temperature) =>
            Softmax(logits[1], temperature).Zip(targets, (q, t) => -t * Math.Log(q)).Sum();
    }

    [Fact]
    public void A_head_without_a_label_set_and_images_without_votes_are_errors()
    {
        (FaceDataset images, float[][] logits) = Made(20);
        Assert.Throws<ArgumentException>(() => HeadCalibration.Calibrate(Head("mine", 0), logits[0], images));
        Assert.Throws<ArgumentException>(() =>
            HeadCalibration.Blend(
                Half,
                [Head(LabelSets.Fer2013, 0), Head(LabelSets.FerPlus, 7)],
                logits,
                images.WithVotes(null)
            )
        );
    }

    private static ModelHead Head(string name, int offset) => new() { Name = name, Offset = offset };

    private static (FaceDataset Images, float[][] Logits) Made(int count)
    {
        var random = new Random(3);
        byte[] labels = [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(7))];
        byte[] votes = new byte[count * FerPlusVotes.Columns];
        float[] shares = new float[count * 7];
        float[] first = new float[count * 7];
        float[] second = new float[count * 7];
        for (int i = 0; i < count; i++)
        {
            int other = random.Next(7);
            for (int v = 0; v < 10; v++)
            {
                int column = random.Next(3) switch
                {
                    0 => random.Next(FerPlusVotes.Columns),
                    1 => other,
                    _ => labels[i],
                };
                votes[(i * FerPlusVotes.Columns) + column]++;
            }

            double seven = votes.AsSpan(i * FerPlusVotes.Columns, 7).ToArray().Sum(v => v);
            for (int c = 0; c < 7; c++)
            {
                shares[(i * 7) + c] = seven == 0 ? 1 / 7f : (float)(votes[(i * FerPlusVotes.Columns) + c] / seven);
                first[(i * 7) + c] = (4 * random.NextSingle()) + (labels[i] == c ? 2 : 0);
                second[(i * 7) + c] = (3 * random.NextSingle()) + (4 * shares[(i * 7) + c]);
            }
        }

        var images = new FaceDataset(
            "made",
            1,
            1,
            new byte[count],
            labels,
            [.. Enumerable.Repeat(DatasetSplit.PublicTest, count)],
            null,
            shares,
            votes
        );
        return (images, [first, second]);
    }

    private static double[] Softmax(float[] logits, double temperature) =>
        [
            .. logits
                .Chunk(7)
                .SelectMany(row =>
                {
                    double sum = row.Sum(z => Math.Exp(z / temperature));
                    return row.Select(z => Math.Exp(z / temperature) / sum);
                }),
        ];

    private static int IndexOfMax(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int c = 1; c < row.Length; c++)
        {
            best = row[c] > row[best] ? c : best;
        }

        return best;
    }
}
