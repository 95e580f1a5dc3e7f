using System.Globalization;
using Mien.Video;

namespace Mien.Cli;

/// <summary>What the rows of all formats share. docs/video.md describes the columns; programs rely on them.</summary>
internal static class VideoRowFormat
{
    /// <summary>The name of a column of smoothed probabilities.</summary>
    public static string Smoothed(string label) => $"smoothed{char.ToUpperInvariant(label[0])}{label[1..]}";

    /// <summary>The status of a frame as in every output.</summary>
    public static string Name(this FrameStatus status) =>
        (status == FrameStatus.Ok ? RecognitionStatus.Ok : RecognitionStatus.NoFace).Name();

    /// <summary>A time in seconds with six decimals, as ffprobe prints it.</summary>
    public static string Seconds(TimeSpan time) =>
        (time.Ticks / (double)TimeSpan.TicksPerSecond).ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>Reads a time in seconds.</summary>
    /// <exception cref="FormatException">The text is no number.</exception>
    /// <exception cref="OverflowException">The number is too large.</exception>
    public static TimeSpan Time(string text) =>
        TimeSpan.FromTicks(
            (long)
                Math.Round(
                    decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond
                )
        );

    /// <summary>A time as it is read from the rows.</summary>
    public static TimeSpan Rounded(TimeSpan time) => Time(Seconds(time));
}
