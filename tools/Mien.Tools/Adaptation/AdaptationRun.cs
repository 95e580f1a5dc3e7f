using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Mien.Adaptation;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Tools;

/// <summary>
/// Measures adaptation on FER2013: a head adapted to the FER+ labels of some images of one half of PublicTest, scored
/// on the other half. Identical pictures are in one half.
/// </summary>
internal sealed class AdaptationRun(
    CommandConsole console,
    AdaptationRequest request,
    CancellationToken cancellationToken
)
{
    private static readonly int[] Sizes = [20, 50, 100, 200, 1000];

    /// <summary>Runs the measurement and writes Markdown tables.</summary>
    public void Run()
    {
        FaceDataset images = request.Data.Read(console, cancellationToken).Only(DatasetSplit.PublicTest);
        byte[] labels = LabelSets.Labels(LabelSets.FerPlus, images);
        int[] labelled = [.. Enumerable.Range(0, images.Count).Where(i => labels[i] != FerPlusVotes.NoLabel)];
        images = images.Select(labelled);
        labels = [.. labelled.Select(i => labels[i])];
        using ModelFeatures model = ModelFeatures.Open(request.Model, request.Head);
        AdaptationSamples all = Read(model, images, labels);
        WriteGain(all);
        WriteGuard(model, images, labels, all);
    }

    private AdaptationSamples Read(ModelFeatures model, FaceDataset images, byte[] labels)
    {
        using WorkProgress bar = WorkProgress.Start(
            "Features",
            images.Count,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = request.Quiet,
                Unit = "images",
            }
        );
        return model.Read(images, labels, new ImmediateProgress<int>(done => bar.Report(done)), cancellationToken);
    }

    private void WriteGain(AdaptationSamples all)
    {
        Write(
            CultureInfo.InvariantCulture,
            $"{request.Model}, head {request.Head}, adapted to FER+ labels: {all.Count:N0} images of PublicTest in "
                + $"two halves, {request.Draws} draws; accuracy in percent, mean ± standard deviation over the draws"
        );
        console.Out.WriteLine();
        console.Out.WriteLine(
            "| labels | before, other half | after, other half | gain | gain that is reported | "
                + "interval holds the gain | gain certain | no gain | seconds | pulls |"
        );
        console.Out.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (int size in Sizes)
        {
            Draw[] draws = [.. Enumerable.Range(0, request.Draws).Select(d => Measure(all, size, d))];
            string pulls = string.Join(
                ", ",
                draws.GroupBy(d => d.Pull).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}")
            );
            Write(
                CultureInfo.InvariantCulture,
                $"| {size} | {Spread(draws, d => d.Before)} | {Spread(draws, d => d.After)} "
                    + $"| {Spread(draws, d => d.After - d.Before)} | {Spread(draws, d => d.Reported)} "
                    + $"| {draws.Count(d => d.IsHeld)} of {draws.Length} | {draws.Count(d => d.IsCertain)} "
                    + $"| {draws.Count(d => d.HasNoGain)} | {draws.Average(d => d.Seconds):F1} | {pulls} |"
            );
        }

        console.Out.WriteLine();
    }

    private Draw Measure(AdaptationSamples all, int size, int seed)
    {
        (AdaptationSamples some, AdaptationSamples others) = Halves(all, size, seed);
        var watch = Stopwatch.StartNew();
        AdaptationResult result = AdaptationFit.Run(
            some,
            new AdaptationFitOptions { Seed = seed },
            null,
            cancellationToken
        );
        double seconds = watch.Elapsed.TotalSeconds;
        (double before, double after) = SimulatedFaces.Accuracy(result.Layer, others);
        AdaptationEstimate estimate = result.Estimate!;
        double gain = after - before;
        return new Draw(
            before,
            after,
            estimate.Gain,
            estimate.GainInterval.Low <= gain && gain <= estimate.GainInterval.High,
            estimate.GainInterval.Low > 0,
            estimate.HasNoGain,
            seconds,
            result.Pull.Kind switch
            {
                PullKind.Unchanged => "unchanged",
                PullKind.BiasAndScale => "bias",
                _ => string.Create(CultureInfo.InvariantCulture, $"L2 {result.Pull.WeightL2}"),
            }
        );
    }

    private static (AdaptationSamples Some, AdaptationSamples Others) Halves(AdaptationSamples all, int size, int seed)
    {
        int[] half = GroupedFolds.Deal(all.Targets, all.Groups, all.Labels.Count, 2, 100 + seed);
        int[] first = [.. Enumerable.Range(0, all.Count).Where(i => half[i] == 0)];
        new Random(seed).Shuffle(first);
        return (
            all.Select([.. first.Take(size)]),
            all.Select([.. Enumerable.Range(0, all.Count).Where(i => half[i] == 1)])
        );
    }

    private void WriteGuard(ModelFeatures model, FaceDataset images, byte[] labels, AdaptationSamples all)
    {
        const int PerKind = 1000;
        Write(
            CultureInfo.InvariantCulture,
            $"Share of pictures that the guard flags, in percent, after adaptation to N faces ({PerKind:N0} each)"
        );
        console.Out.WriteLine();
        int[] sizes = [20, 50, 200, 1000];
        int[] half = GroupedFolds.Deal(all.Targets, all.Groups, all.Labels.Count, 2, 100);
        int[] first = [.. Enumerable.Range(0, all.Count).Where(i => half[i] == 0)];
        int[] second = [.. Enumerable.Range(0, all.Count).Where(i => half[i] == 1).Take(PerKind)];
        AdaptationGuard[][] guards =
        [
            .. sizes.Select(size =>
                Enumerable
                    .Range(0, Math.Min(request.Draws, 5))
                    .Select(d =>
                    {
                        int[] drawn = [.. first];
                        new Random(d).Shuffle(drawn);
                        AdaptationSamples some = all.Select([.. drawn.Take(size)]);
                        int[] folds = GroupedFolds.Deal(some.Targets, SampleGroups.Merge(some), 7, 10, 1);
                        return GuardFit.Fit(some, folds, new AdaptationFitOptions().MinPerCentre);
                    })
                    .ToArray()
            ),
        ];
        console.Out.WriteLine("| pictures | " + string.Join(" | ", sizes.Select(s => $"N = {s}")) + " |");
        console.Out.WriteLine("| --- |" + string.Concat(sizes.Select(_ => " ---: |")));
        byte[] chosen = [.. second.Select(i => labels[i])];
        FaceDataset others = images.Select(second);
        foreach ((string name, Func<byte[], int, Random, byte[]> make) in SpoiledFaces.Kinds)
        {
            AdaptationSamples spoiled = Read(model, SpoiledFaces.Make(others, make, 1), chosen);
            IEnumerable<string> shares = guards.Select(g =>
                string.Create(CultureInfo.InvariantCulture, $"{100 * g.Average(x => Flagged(x, spoiled)):F1}")
            );
            console.Out.WriteLine($"| {name} | {string.Join(" | ", shares)} |");
        }
    }

    private static double Flagged(AdaptationGuard guard, AdaptationSamples faces) =>
        Enumerable
            .Range(0, faces.Count)
            .Count(i =>
                guard.Distance(faces.Features.AsSpan(i * faces.FeatureCount, faces.FeatureCount)) > guard.Threshold
            ) / (double)faces.Count;

    private static string Spread(Draw[] draws, Func<Draw, double> value)
    {
        double mean = draws.Average(value);
        double deviation = Math.Sqrt(
            draws.Sum(d => (value(d) - mean) * (value(d) - mean)) / Math.Max(1, draws.Length - 1)
        );
        return string.Create(CultureInfo.InvariantCulture, $"{100 * mean:F1} ± {100 * deviation:F1}");
    }

    private void Write(
        IFormatProvider culture,
        [InterpolatedStringHandlerArgument(nameof(culture))] ref DefaultInterpolatedStringHandler text
    ) => console.Out.WriteLine(string.Create(culture, ref text));

    private sealed record Draw(
        double Before,
        double After,
        double Reported,
        bool IsHeld,
        bool IsCertain,
        bool HasNoGain,
        double Seconds,
        string Pull
    );
}
