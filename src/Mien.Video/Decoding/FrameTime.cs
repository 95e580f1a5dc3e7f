namespace Mien.Video;

/// <summary>
/// Presentation times: a whole number of units of a time base. As <see cref="TimeSpan"/> they are rounded to whole
/// microseconds exactly as <c>ffprobe</c> prints <c>pts_time</c>. Thread-safe.
/// </summary>
internal static class FrameTime
{
    private const double PerSecond = 1_000_000;

    /// <summary>Converts a time.</summary>
    /// <param name="pts">The time in units.</param>
    /// <param name="unit">The time base: seconds a unit, as numerator and denominator.</param>
    public static TimeSpan Of(long pts, (int Numerator, int Denominator) unit) =>
        Rounded(pts * (unit.Numerator / (double)unit.Denominator));

    /// <summary>Rounds seconds to whole microseconds as C's <c>%.6f</c> does: the exact value, ties to even.</summary>
    /// <param name="seconds">The time in seconds.</param>
    public static TimeSpan Rounded(double seconds)
    {
        double scaled = Math.Abs(seconds) * PerSecond;
        double error = Math.FusedMultiplyAdd(Math.Abs(seconds), PerSecond, -scaled);
        double whole = Math.Floor(scaled);
        double part = scaled - whole;
        bool isUp = part > 0.5 || (part == 0.5 && (error > 0 || (error == 0 && whole % 2 == 1)));
        long micros = (long)whole + (isUp ? 1 : 0);
        return TimeSpan.FromMicroseconds(seconds < 0 ? -micros : micros);
    }
}
