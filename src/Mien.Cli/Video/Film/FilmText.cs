using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Says what came of a film.</summary>
internal static class FilmText
{
    /// <summary>Writes what came of the film of a video: its error, or what it cost and where it is.</summary>
    public static void Tell(CommandConsole console, VideoRequest request, InputItem input, VideoOutcome outcome)
    {
        if (outcome.Film is not { } film)
        {
            return;
        }

        if (film.Error is { } error && error != outcome.Error)
        {
            console.Error.WriteLine($"error: {error.Message}");
        }

        if (film.Path is { } path && !request.Quiet)
        {
            console.Error.WriteLine($"{input.Path}: {Facts(console, film)}.");
            console.Error.WriteLine($"Written to {path}.");
        }
    }

    private static string Facts(CommandConsole console, FilmOutcome film)
    {
        double rate = film.Length / film.Elapsed;
        return string.Create(
                CultureInfo.InvariantCulture,
                $"film of {film.Frames:N0} {(film.Frames == 1 ? "frame" : "frames")}, "
            )
            + $"{DurationText.Of(film.Length)}, {Size(film.Bytes)} ({film.Encoder}), drawn in "
            + DurationText.Of(film.Elapsed)
            + string.Create(CultureInfo.InvariantCulture, $" ({rate:0.0} {(console.Unicode ? "×" : "x")} real time)");
    }

    private static string Size(long bytes) =>
        bytes < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
