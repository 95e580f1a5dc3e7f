using System.Diagnostics;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Measures how many images per second a model classifies through the library.</summary>
internal static class SpeedMeasurement
{
    private const int Rounds = 5;

    /// <summary>The default length of a round.</summary>
    public static readonly TimeSpan DefaultRound = TimeSpan.FromSeconds(0.6);

    /// <summary>
    /// Measures the median of five rounds, after a warm-up round. A round repeats the call until
    /// <paramref name="length"/> has passed, at least once, on noise of the model's input size.
    /// </summary>
    public static ModelSpeed Measure(
        ExpressionClassifier classifier,
        int batch,
        TimeSpan length,
        CancellationToken cancellationToken
    )
    {
        byte[] pixels = new byte[batch * classifier.Contract.Width * classifier.Contract.Height];
        new Random(1).NextBytes(pixels);
        float[] probabilities = new float[batch * classifier.Contract.Labels.Count];
        double[] speeds = new double[Rounds];
        for (int round = -1; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            int calls = 0;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                classifier.Classify(pixels, batch, probabilities);
                calls++;
            } while (watch.Elapsed < length);

            if (round >= 0)
            {
                speeds[round] = calls * batch / watch.Elapsed.TotalSeconds;
            }
        }

        Array.Sort(speeds);
        return new ModelSpeed(batch, speeds[Rounds / 2]);
    }
}
