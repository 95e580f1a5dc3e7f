namespace Mien.Cli;

/// <summary>The time axis of a chart.</summary>
/// <param name="From">Its start.</param>
/// <param name="To">Its end, after its start.</param>
internal readonly record struct ChartClock(TimeSpan From, TimeSpan To)
{
    /// <summary>From the first to the last frame; of a truncated video to its expected end.</summary>
    public static ChartClock Of(VideoSummary summary)
    {
        TimeSpan from = summary.First ?? summary.Info?.Start ?? TimeSpan.Zero;
        TimeSpan to = summary.Last ?? from;
        if (summary is { Status: "truncated", ExpectedEnd: { } end } && end > to)
        {
            to = end;
        }

        return new ChartClock(from, to > from ? to : from + TimeSpan.FromSeconds(1));
    }

    /// <summary>The place of a time: 0 at the start of the axis, 1 at its end.</summary>
    public float Place(TimeSpan time) => (float)((time - From) / (To - From));
}
