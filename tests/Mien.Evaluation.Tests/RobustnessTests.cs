using Mien.Data;

namespace Mien.Evaluation.Tests;

public class RobustnessTests
{
    // The model of these tests: neutral where the first pixel is 100 or more, otherwise anger.
    private static void Bright(ReadOnlySpan<byte> pixels, int count, Span<float> logits)
    {
        logits.Clear();
        for (int i = 0; i < count; i++)
        {
            logits[(i * 7) + (pixels[i * pixels.Length / count] >= 100 ? 6 : 0)] = 1;
        }
    }

    private static readonly ModelEvaluator Evaluator = new(Made.Contract(4, 4), Bright);

    // Three uniform images of 4×4 with the values 200, 130 and 0, labelled with the model's predictions on the
    // unchanged images.
    private static readonly FaceDataset Data = new(
        "uniform",
        4,
        4,
        [.. new byte[] { 200, 130, 0 }.SelectMany(v => Enumerable.Repeat(v, 16))],
        [6, 6, 0],
        [DatasetSplit.PublicTest, DatasetSplit.PublicTest, DatasetSplit.PublicTest]
    );

    [Fact]
    public void Every_corruption_and_strength_has_its_accuracy()
    {
        IReadOnlyList<RobustnessCurve> curves = Robustness.Measure(Evaluator, Data);

        Assert.Equal(Enum.GetValues<Corruption>(), curves.Select(c => c.Corruption));
        Check.All(curves, c => Assert.Equal(Corruptions.Strengths(c.Corruption), c.Points.Select(p => p.Strength)));

        // Darkness 0.5: 100 and 0 stay correct, 65 falls below 100. 0.3: so does 60; from there on only black is
        // correct.
        Assert.Equal([2, 1, 1, 1, 1], curves[(int)Corruption.Darkness].Points.Select(p => p.Correct));
        Assert.Equal(2 / 3.0, curves[(int)Corruption.Darkness].Points[0].Accuracy);
        Assert.Equal(Interval.Wilson(2, 3), curves[(int)Corruption.Darkness].Points[0].AccuracyInterval);

        // Uniform images do not change when they are blurred, rotated or downscaled.
        Check.All(
            curves
                .Where(c => c.Corruption is Corruption.Blur or Corruption.Roll or Corruption.LowResolution)
                .SelectMany(c => c.Points),
            p => Assert.Equal(3, p.Correct)
        );
        Assert.Equal(200, Data.Pixels[0]);
    }

    [Fact]
    public void One_corruption_is_measured_at_given_strengths()
    {
        var reported = new List<int>();
        RobustnessCurve curve = Robustness.Measure(
            Evaluator,
            Data,
            Corruption.Darkness,
            [1, 0.6],
            new Immediate(reported.Add)
        );

        Assert.Equal(Corruption.Darkness, curve.Corruption);
        Assert.Equal([new RobustnessPoint(1, 3, 3), new RobustnessPoint(0.6, 3, 2)], curve.Points);
        Assert.Equal([3, 6], reported);
    }

    [Fact]
    public void Darkness_goes_down_to_a_twentieth_of_the_brightness() =>
        Assert.Equal([0.5, 0.3, 0.2, 0.1, 0.05], Corruptions.Strengths(Corruption.Darkness));

    [Fact]
    public void Progress_counts_the_images_of_all_passes()
    {
        var reported = new List<int>();
        Robustness.Measure(Evaluator, Data, new Immediate(reported.Add));

        Assert.Equal(25, Robustness.Passes);
        Assert.Equal(Enumerable.Range(1, 25).Select(n => 3 * n), reported);
    }

    [Fact]
    public void Measuring_stops_when_cancelled()
    {
        using var source = new CancellationTokenSource();
        var reported = new List<int>();

        Assert.Throws<OperationCanceledException>(() =>
            Robustness.Measure(
                Evaluator,
                Data,
                new Immediate(n =>
                {
                    reported.Add(n);
                    source.Cancel();
                }),
                source.Token
            )
        );
        Assert.Equal([3], reported);
    }

    [Fact]
    public void An_empty_data_set_is_rejected() =>
        Assert.Throws<ArgumentException>(() => Robustness.Measure(Evaluator, Made.Faces(0, 4, 4)));

    private sealed class Immediate(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
