using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Writes a summary for people.</summary>
internal static class VideoSummaryTable
{
    /// <summary>The maximum number of tracks in the table.</summary>
    public const int MaxTracks = 10;

    // In columns. A narrower table has no room for the labels.
    private const int MinWidth = 76;
    private const int ValenceWidth = 10;
    private const int IntensityWidth = 12;

    // Labels with a smaller share are not listed.
    private const double MinShare = 0.05;

    public static void Write(CommandConsole console, VideoSummary summary)
    {
        ArgumentNullException.ThrowIfNull(console);
        console.WriteBold(summary.Name);
        console.Out.WriteLine($": {Facts(summary)}");
        if (summary.Tracks.Count == 0)
        {
            if (summary.AnalysedFrames > 0)
            {
                console.Out.WriteLine("No face was found.");
            }

            return;
        }

        IReadOnlyList<TrackSummary> tracks = summary.Longest(MaxTracks);
        bool valence = tracks.Any(t => t.MeanValence is not null);
        bool intensity = tracks.Any(t => t.MeanIntensity is not null);
        if (console.Width < MinWidth + (valence ? ValenceWidth : 0) + (intensity ? IntensityWidth : 0))
        {
            WriteList(console, summary.Labels, tracks);
        }
        else
        {
            WriteTable(console, summary.Labels, tracks, valence, intensity);
        }

        if (summary.Tracks.Count > tracks.Count)
        {
            int more = summary.Tracks.Count - tracks.Count;
            console.Out.WriteLine($"{Count(more, "shorter track")} not shown; the JSON summary has all.");
        }
    }

    private static void WriteTable(
        CommandConsole console,
        IReadOnlyList<string> labels,
        IReadOnlyList<TrackSummary> tracks,
        bool valence,
        bool intensity
    )
    {
        ConsoleTable table = new ConsoleTable()
            .Number("track")
            .Number("from")
            .Number("to")
            .Number("seen")
            .Column("labels")
            .Number("uncertain")
            .Number("changes");
        _ = valence ? table.Number("valence") : table;
        _ = intensity ? table.Number("intensity") : table;
        foreach (TrackSummary track in tracks)
        {
            List<string> cells =
            [
                Number(track.Track),
                ClockText.Of(track.First),
                ClockText.Of(track.Last),
                Seen(track),
                Labels(labels, track),
                Percent(track.UncertainShare),
                Number(track.ChangeCount),
            ];
            if (valence)
            {
                cells.Add(track.MeanValence is { } mean ? Signed(mean) : "");
            }

            if (intensity)
            {
                cells.Add(track.MeanIntensity is { } mean ? Unsigned(mean) : "");
            }

            table.Row([.. cells]);
        }

        table.WriteTo(console);
    }

    /// <summary>The same for a narrow console: a paragraph per track.</summary>
    private static void WriteList(
        CommandConsole console,
        IReadOnlyList<string> labels,
        IReadOnlyList<TrackSummary> tracks
    )
    {
        foreach (TrackSummary track in tracks)
        {
            string times = $"{ClockText.Of(track.First)} to {ClockText.Of(track.Last)}";
            console.Out.WriteLine($"track {Number(track.Track)}: {times}, seen {Seen(track)}");
            console.Out.WriteLine("  " + Labels(labels, track));
            console.Out.WriteLine(
                $"  uncertain {Percent(track.UncertainShare)}, {Count(track.ChangeCount, "change")}"
                    + (track.MeanValence is { } valence ? $", valence {Signed(valence)}" : "")
                    + (track.MeanIntensity is { } intensity ? $", intensity {Unsigned(intensity)}" : "")
            );
        }
    }

    /// <summary>The facts of a video in one line, such as <c>ok, 0:00 to 2:31, 755 analysed frames</c>.</summary>
    public static string Facts(VideoSummary summary)
    {
        List<string> facts = [summary.Status];
        if (summary is { First: { } first, Last: { } last })
        {
            facts.Add($"{ClockText.Of(first)} to {ClockText.Of(last)}");
        }

        if (summary is { Status: not "ok", ExpectedEnd: { } end })
        {
            facts.Add($"expected to end at {ClockText.Of(end)}");
        }

        facts.Add(Count(summary.AnalysedFrames, "analysed frame"));
        if (summary.FramesWithoutFace > 0)
        {
            facts.Add($"{summary.FramesWithoutFace.ToString("N0", CultureInfo.InvariantCulture)} without a face");
        }

        if (summary.CutCount > 0)
        {
            facts.Add(Count(summary.CutCount, "cut"));
        }

        facts.Add(Count(summary.Tracks.Count, "track"));
        return string.Join(", ", facts);
    }

    /// <summary>The labels with the largest shares, such as <c>happiness 62 %, neutral 30 %</c>.</summary>
    public static string Labels(IReadOnlyList<string> labels, TrackSummary track) =>
        string.Join(
            ", ",
            Enumerable
                .Range(0, labels.Count)
                .Where(i => track.Share(i) >= MinShare || i == track.TopLabel)
                .OrderByDescending(i => track.LabelSeconds[i])
                .ThenBy(i => i)
                .Select(i => $"{labels[i]} {Percent(track.Share(i))}")
        );

    /// <summary>A number with its sign and two decimals.</summary>
    public static string Signed(double value) => value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>A number with two decimals.</summary>
    public static string Unsigned(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Seen(TrackSummary track) => DurationText.Of(TimeSpan.FromSeconds(track.Seconds));

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
