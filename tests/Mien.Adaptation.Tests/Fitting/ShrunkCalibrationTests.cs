using Mien.Evaluation;
using Mien.Tools;

namespace Mien.Adaptation.Tests;

public class ShrunkCalibrationTests
{
    [Fact]
    public void With_many_faces_the_temperature_is_that_of_the_shipped_models()
    {
        (double[] logits, int[] targets) = Made(3000, factor: 2.5);
        double own = ShrunkCalibration.Temperature(logits, targets, 7);
        double shipped = TemperatureScaling.Fit(
            Array.ConvertAll(logits, l => (float)l),
            Array.ConvertAll(targets, t => (byte)t)
        );
        Assert.Equal(2.5, shipped, 0.15);
        Assert.Equal(shipped, own, 0.02);
    }

    [Fact]
    public void Twenty_correct_faces_do_not_make_the_model_certain()
    {
        (double[] logits, int[] targets) = Made(20, factor: 1);
        for (int i = 0; i < 20; i++)
        {
            targets[i] = LogitScores.Top(logits.AsSpan(i * 7, 7));
        }

        Assert.InRange(ShrunkCalibration.Temperature(logits, targets, 7), 0.3, 1);
    }

    [Fact]
    public void With_many_faces_the_threshold_is_that_of_the_shipped_models()
    {
        (double[] logits, int[] targets) = Made(5000, factor: 1);
        float[] probabilities = LogitScores.Probabilities(logits, 7);
        float own = ShrunkCalibration.Threshold(probabilities, targets, 7);
        double shipped = RiskCoverage.ChooseThreshold(
            new Predictions(
                "made",
                probabilities,
                Array.ConvertAll(targets, t => (byte)t),
                [.. targets.Select((_, i) => $"{i}")],
                Array.ConvertAll(logits, l => (float)l)
            )
        );
        Assert.Equal(shipped, own, 0.04);
    }

    [Fact]
    public void With_few_faces_the_threshold_stays_near_one_half()
    {
        (double[] logits, int[] targets) = Made(20, factor: 1);
        Assert.InRange(ShrunkCalibration.Threshold(LogitScores.Probabilities(logits, 7), targets, 7), 0.3, 0.7);
    }

    private static (double[] Logits, int[] Targets) Made(int count, double factor)
    {
        AdaptationSamples samples = new SimulatedFaces(1, width: 16).Draw(new Random(count), count, 1);
        return (Array.ConvertAll(samples.BaseLogits, l => l * factor), samples.Targets);
    }
}
