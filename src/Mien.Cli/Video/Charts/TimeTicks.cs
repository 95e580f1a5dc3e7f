namespace Mien.Cli;

/// <summary>Chooses round times for an axis.</summary>
internal static class TimeTicks
{
    private static readonly double[] Steps =
    [
        0.1,
        0.2,
        0.5,
        1,
        2,
        5,
        10,
        15,
        30,
        60,
        120,
        300,
        600,
        900,
        1800,
        3600,
        7200,
        18000,
        36000,
    ];

    /// <summary>Computes the ticks from one time to another.</summary>
    /// <param name="from">The start.</param>
    /// <param name="to">The end, after the start.</param>
    /// <param name="max">The maximum number of intervals.</param>
    /// <returns>The times with their texts.</returns>
    public static IReadOnlyList<(TimeSpan Time, string Text)> Of(TimeSpan from, TimeSpan to, int max)
    {
        double rough = (to - from).TotalSeconds / Math.Max(1, max);
        double step = Array.Find(Steps, s => s >= rough);
        step = step == 0 ? Math.Ceiling(rough / 86400) * 86400 : step;
        var ticks = new List<(TimeSpan, string)>();
        for (
            double n = Math.Ceiling((from.TotalSeconds / step) - 1e-9);
            n * step <= to.TotalSeconds + (1e-9 * step);
            n++
        )
        {
            var time = TimeSpan.FromSeconds(n * step);
            ticks.Add((time, ClockText.Of(time, step < 1 ? 1 : 0)));
        }

        return ticks;
    }
}
