using System.Globalization;
using Mien.Adaptation;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Tools;

/// <summary>
/// Compares what an adaptation reports with the truth, over many simulated sets: the accuracy of the written layer on
/// new faces of new people.
/// </summary>
internal sealed class AdaptationSimulation(
    CommandConsole console,
    int draws,
    bool quiet,
    CancellationToken cancellation
)
{
    private const int TestFaces = 2000;

    /// <summary>Writes a table with one row per case.</summary>
    public void Run()
    {
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{draws} draws per row, {SimulatedCase.Width} features, seven classes; shares in percent, differences "
                    + $"in points"
            )
        );
        console.Out.WriteLine();
        console.Out.WriteLine(
            "| set | true accuracy before | after | reported − true accuracy | reported − true gain "
                + "| the accuracy's interval holds the truth | the gain's | a gain is certain | no gain |"
        );
        console.Out.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        using WorkProgress bar = WorkProgress.Start(
            "Simulating",
            (long)SimulatedCase.All.Count * draws,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = quiet,
                Unit = "sets",
            }
        );
        int done = 0;
        foreach (SimulatedCase set in SimulatedCase.All)
        {
            var drawn = new Draw[draws];
            var options = new ParallelOptions { CancellationToken = cancellation };
            Parallel.For(
                0,
                draws,
                options,
                i =>
                {
                    drawn[i] = Measure(set, i);
                    bar.Report(Interlocked.Increment(ref done));
                }
            );
            console.Out.WriteLine(Row(set, drawn));
        }
    }

    private static string Row(SimulatedCase set, Draw[] drawn) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {set.Name} | {100 * drawn.Average(d => d.TrueBefore):F1} | {100 * drawn.Average(d => d.TrueAfter):F1} "
                + $"| {100 * drawn.Average(d => d.After - d.TrueAfter):F1} "
                + $"| {100 * drawn.Average(d => d.Gain - d.TrueGain):F1} "
                + $"| {Share(drawn, d => Holds(d.AccuracyInterval, d.TrueAfter))} "
                + $"| {Share(drawn, d => Holds(d.GainInterval, d.TrueGain))} "
                + $"| {Share(drawn, d => d.GainInterval.Low > 0)} | {Share(drawn, d => d.HasNoGain)} |"
        );

    private static string Share(Draw[] drawn, Func<Draw, bool> holds) =>
        (100.0 * drawn.Count(holds) / drawn.Length).ToString("F1", CultureInfo.InvariantCulture);

    private static bool Holds(Interval interval, double value) => interval.Low <= value && value <= interval.High;

    private Draw Measure(SimulatedCase set, int draw)
    {
        const int FirstSeed = 1000;
        SimulatedFaces faces = set.Faces(FirstSeed + draw);
        var random = new Random(draw);
        AdaptationSamples samples = faces.Draw(random, set.People, set.FacesEach);
        // Faces of one person are alike, so a test set of several faces each needs more of them to be as exact.
        int testFaces = set.FacesEach > 1 ? 4 * TestFaces : TestFaces;
        AdaptationSamples test = faces.Draw(random, testFaces / set.FacesEach, set.FacesEach);
        AdaptationResult result = AdaptationFit.Run(
            samples,
            new AdaptationFitOptions { Threads = 1 },
            cancellationToken: cancellation
        );
        AdaptationEstimate estimate = result.Estimate!;
        (double before, double after) = SimulatedFaces.Accuracy(result.Layer, test);
        return new Draw(
            before,
            after,
            estimate.After.Accuracy,
            estimate.After.Accuracy - estimate.Before.Accuracy,
            estimate.After.Interval,
            estimate.GainInterval,
            estimate.HasNoGain
        );
    }

    private sealed record Draw(
        double TrueBefore,
        double TrueAfter,
        double After,
        double Gain,
        Interval AccuracyInterval,
        Interval GainInterval,
        bool HasNoGain
    )
    {
        public double TrueGain => TrueAfter - TrueBefore;
    }
}
