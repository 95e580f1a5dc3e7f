using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>
/// The results of a made scene of 90 s at five frames per second, with the repository's synthetic faces: two people
/// from the beginning, of whom one leaves for a while, and after a cut at 1:04 a third one.
/// </summary>
internal static class DemoVideo
{
    private const double FramesPerSecond = 5;
    private const double Cut = 64;
    private const double End = 90;

    private static readonly (
        int Place,
        double From,
        double To,
        (double Time, Expression Expression)[] Script
    )[] People =
    [
        (
            0,
            0,
            Cut,
            [
                (0, Expression.Neutral),
                (9, Expression.Happiness),
                (22, Expression.Neutral),
                (31, Expression.Surprise),
                (35, Expression.Happiness),
                (52, Expression.Sadness),
            ]
        ),
        (1, 6, 24, [(6, Expression.Happiness), (14, Expression.Anger), (19, Expression.Neutral)]),
        (1, 38, Cut, [(38, Expression.Disgust), (44, Expression.Neutral), (53, Expression.Happiness)]),
        (2, Cut, End, [(64, Expression.Fear), (70, Expression.Surprise), (74, Expression.Happiness)]),
    ];

    public static VideoSummary Summary(string name = "interview.mp4", bool derived = false)
    {
        using var results = new MadeResults(timeConstant: 0.5, withPhotos: true);
        var builder = new VideoSummaryBuilder(MadeResults.Info(End, name), name, MadeResults.Contract, derived)
        {
            FramesPerSecond = FramesPerSecond,
        };
        foreach (FrameResult frame in Frames(results))
        {
            builder.Add(frame);
        }

        return builder.Build("ok", null);
    }

    public static IEnumerable<FrameResult> Frames(MadeResults results)
    {
        var random = new Random(5);
        double[] noise = new double[People.Length * Expressions.Count];
        for (int i = 0; i < End * FramesPerSecond; i++)
        {
            double time = i / FramesPerSecond;
            var faces = new List<(int, LabelScores)>();
            for (int person = 0; person < People.Length; person++)
            {
                var who = People[person];
                Span<double> own = noise.AsSpan(person * Expressions.Count, Expressions.Count);
                foreach (ref double value in own)
                {
                    value = (0.8 * value) + (0.5 * (random.NextDouble() - 0.5));
                }

                if (time >= who.From && time < who.To)
                {
                    faces.Add((who.Place, Scores(who.Script, time, own)));
                }
            }

            yield return results.Frame(time, isCut: time == Cut, [.. faces]);
        }
    }

    private static LabelScores Scores((double Time, Expression Expression)[] script, double time, Span<double> noise)
    {
        double[] logits = noise.ToArray();
        for (int i = 0; i < script.Length; i++)
        {
            double next = i + 1 < script.Length ? script[i + 1].Time : double.PositiveInfinity;
            double rise = i == 0 ? 1 : Math.Clamp((time - script[i].Time) / 2 + 0.5, 0, 1);
            double fall = Math.Clamp((next - time) / 2 + 0.5, 0, 1);
            logits[(int)script[i].Expression] += 4.2 * Math.Min(rise, fall);
        }

        logits[(int)Expression.Neutral] += 1.2;
        double sum = logits.Sum(Math.Exp);
        return new LabelScores(Expressions.Names, [.. logits.Select(l => (float)(Math.Exp(l) / sum))]);
    }
}
