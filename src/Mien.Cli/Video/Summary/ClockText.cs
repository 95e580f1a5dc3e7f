using System.Globalization;

namespace Mien.Cli;

/// <summary>Formats times of a video.</summary>
internal static class ClockText
{
    /// <summary>
    /// A time for people: <c>1:23</c>, or <c>1:02:03</c> from one hour, with as many decimals as wanted.
    /// </summary>
    public static string Of(TimeSpan time, int decimals = 0)
    {
        // Rounded first, so that 59.97 s is 1:00 and not 0:60.
        decimal seconds = Math.Round(Math.Abs((decimal)time.Ticks) / TimeSpan.TicksPerSecond, decimals);
        long whole = (long)seconds;
        string sign = time < TimeSpan.Zero && seconds > 0 ? "-" : "";
        string rest = ((whole % 60) + (seconds - whole)).ToString(
            decimals == 0 ? "00" : "00." + new string('0', decimals),
            CultureInfo.InvariantCulture
        );
        return whole >= 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{whole / 3600}:{whole / 60 % 60:00}:{rest}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{whole / 60}:{rest}");
    }

    /// <summary>A time in the name of a file, which sorts by time: <c>00-01-23.480</c>.</summary>
    public static string ForFile(TimeSpan time)
    {
        long milliseconds = (long)Math.Round(Math.Abs(time.TotalMilliseconds));
        string sign = time < TimeSpan.Zero && milliseconds > 0 ? "-" : "";
        long whole = milliseconds / 1000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sign}{whole / 3600:00}-{whole / 60 % 60:00}-{whole % 60:00}.{milliseconds % 1000:000}"
        );
    }
}
