using System.Globalization;

namespace Mien.Video;

/// <summary>
/// Which frames are selected: the first in each cell of 1/N s of absolute time, from a start to an end. A frame is
/// selected by its own time and that of the frame before it, so the same frames are selected whatever the start is.
/// Immutable.
/// </summary>
internal sealed class FrameSelection
{
    /// <summary>
    /// Part of a cell by which a time may lie before its border and still count as at it: times are binary fractions,
    /// so three fifths of a second times five can be less than three.
    /// </summary>
    private const double Tolerance = 1e-6;

    /// <summary>Half of a microsecond: times are compared as they are printed.</summary>
    private const double HalfMicrosecond = 5e-7;

    private readonly double? rate;
    private readonly TimeSpan? start;
    private readonly TimeSpan? end;
    private readonly bool fromFirst;

    /// <summary>Creates a selection.</summary>
    /// <param name="options">The rate, the start and the end.</param>
    /// <param name="fromFirst">Whether times are counted from the first frame, as for a camera.</param>
    public FrameSelection(VideoOptions options, bool fromFirst)
    {
        rate = options.FramesPerSecond;
        start = options.Start;
        end = options.End;
        this.fromFirst = fromFirst;
    }

    /// <summary>The filters that log all frames, select some and log those.</summary>
    public string Filters => $"{Show(FrameLog.All)},select='{Expression}',{Show(FrameLog.Selected)}";

    /// <summary>The expression of the filter <c>select</c>, in which <c>t</c> is the time in seconds.</summary>
    internal string Expression
    {
        get
        {
            string now = fromFirst ? "(t-start_t)" : "t";
            string before = fromFirst ? "(prev_t-start_t)" : "prev_t";
            var terms = new List<string>();
            if (rate is { } n)
            {
                // A time may go backwards where streams were joined; that is a new cell too.
                terms.Add($"not(eq({Cell(now, n)},{Cell(before, n)}))");
            }

            if (start is { } from)
            {
                terms.Add($"gte({now}+{Text(HalfMicrosecond)},{Text(from.TotalSeconds)})");
            }

            if (end is { } to)
            {
                terms.Add($"lt({now}+{Text(HalfMicrosecond)},{Text(to.TotalSeconds)})");
            }

            return terms.Count == 0 ? "1" : string.Join('*', terms);
        }
    }

    /// <summary>Whether a time is at or after the end.</summary>
    public bool IsPastEnd(TimeSpan time) => end is { } to && FrameTime.Printed(time) >= to;

    /// <summary>
    /// Whether two consecutive frames are in the same cell. The filter forgets the frame before where the size or
    /// format of the video changes, so the frame after a change is checked again.
    /// </summary>
    public bool IsSameCell(TimeSpan before, TimeSpan time) =>
        rate is { } n
        && Math.Floor((before.TotalSeconds * n) + Tolerance) == Math.Floor((time.TotalSeconds * n) + Tolerance);

    private static string Show(string name) => $"{name}=checksum=0";

    private static string Cell(string time, double n) => $"floor({time}*{Text(n)}+{Text(Tolerance)})";

    private static string Text(double value) => value.ToString("0.####################", CultureInfo.InvariantCulture);
}
