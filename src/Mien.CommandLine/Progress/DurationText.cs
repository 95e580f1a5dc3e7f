using System.Globalization;

namespace Mien.CommandLine;

/// <summary>Formats durations for people.</summary>
internal static class DurationText
{
    /// <summary>
    /// Formats a duration: <c>8.4 s</c> under ten seconds, then <c>42 s</c>, <c>3 min 05 s</c>, <c>2 h 07 min</c>.
    /// </summary>
    /// <param name="duration">The duration; a negative one is shown as zero.</param>
    /// <returns>The text.</returns>
    public static string Of(TimeSpan duration)
    {
        double seconds = Math.Max(0, duration.TotalSeconds);
        if (seconds < 9.95)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
        }

        long whole = (long)Math.Round(seconds);
        return whole switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{whole} s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{whole / 60} min {whole % 60:00} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{whole / 3600} h {whole % 3600 / 60:00} min"),
        };
    }
}
