namespace Mien.Video;

/// <summary>
/// Presentation times: a whole number of units of a time base. As <see cref="TimeSpan"/> they are rounded to 100 ns
/// such that six decimals are the ones that <c>ffprobe</c> prints as <c>pts_time</c>. Thread-safe.
/// </summary>
internal static class FrameTime
{
    private const double PerSecond = 1_000_000;

    /// <summary>Converts a time.</summary>
    /// <param name="pts">The time in units.</param>
    /// <param name="unit">The time base: seconds a unit, as numerator and denominator.</param>
    public static TimeSpan Of(long pts, (int Numerator, int Denominator) unit)
    {
        Int128 scaled = (Int128)pts * unit.Numerator * TimeSpan.TicksPerSecond * 2;
        Int128 rounded =
            (scaled + (scaled < 0 ? -unit.Denominator : unit.Denominator)) / (2 * (Int128)unit.Denominator);
        long ticks = (long)Int128.Clamp(rounded, TimeSpan.MinValue.Ticks, TimeSpan.MaxValue.Ticks);
        if (Math.Abs(ticks % TimeSpan.TicksPerMicrosecond) == TimeSpan.TicksPerMicrosecond / 2)
        {
            // Rounded once more, to six decimals, this could differ from what ffprobe rounds once.
            long printed = Rounded(pts * (unit.Numerator / (double)unit.Denominator)).Ticks;
            ticks += Math.Sign(printed - ticks);
        }

        return TimeSpan.FromTicks(ticks);
    }

    /// <summary>Rounds seconds to whole microseconds as C's <c>%.6f</c> does: the exact value, ties to even.</summary>
    /// <param name="seconds">The time in seconds.</param>
    public static TimeSpan Rounded(double seconds)
    {
        double scaled = Math.Abs(seconds) * PerSecond;
        double error = Math.FusedMultiplyAdd(Math.Abs(seconds), PerSecond, -scaled);
        double whole = Math.Floor(scaled);
        double part = scaled - whole;
        bool isUp = part > 0.5 || (part == 0.5 && (error > 0 || (error == 0 && whole % 2 == 1)));
        long ticks = ((long)whole + (isUp ? 1 : 0)) * TimeSpan.TicksPerMicrosecond;
        return TimeSpan.FromTicks(seconds < 0 ? -ticks : ticks);
    }

    /// <summary>Rounds to whole microseconds, as times are printed.</summary>
    public static TimeSpan Printed(TimeSpan time) =>
        TimeSpan.FromTicks(
            (long)Math.Round(time.Ticks / (double)TimeSpan.TicksPerMicrosecond) * TimeSpan.TicksPerMicrosecond
        );
}
