using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>
/// Writes the chart of a video as one HTML file that needs no network. Names of files and labels are untrusted: text is
/// escaped, and so is the JSON inside the script element.
/// </summary>
internal static class VideoChartPage
{
    /// <summary>The maximum number of tracks with a plot.</summary>
    public const int MaxTracks = 40;

    private const int MaxRows = 500;

    private static readonly Lazy<TextTemplate> Template = new(() =>
        TextTemplate.Load(typeof(VideoChartPage), "VideoChart.html")
    );

    public static string ToHtml(VideoSummary summary) =>
        Template
            .Value.Fill(
                "page",
                ("name", summary.Name),
                ("style", Read("VideoChart.css")),
                ("status", summary.Status),
                ("facts", VideoSummaryTable.Facts(summary) + Shown(summary)),
                ("message", summary.Message ?? ""),
                ("tracks", Tracks(summary)),
                ("data", new Markup(Data(summary))),
                ("script", Read("VideoChart.js"))
            )
            .Text;

    private static Markup Read(string file) => new(TextTemplate.Read(typeof(VideoChartPage), file).TrimEnd('\n'));

    private static string Shown(VideoSummary summary) =>
        summary.Tracks.Count <= MaxTracks
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"; plots of the {MaxTracks} tracks seen longest, {summary.Tracks.Count - MaxTracks} not"
            );

    private static Markup Tracks(VideoSummary summary)
    {
        if (summary.Tracks.Count == 0)
        {
            return Template.Value.Fill("noTracks");
        }

        IReadOnlyList<TrackSummary> tracks = summary.Longest(MaxRows);
        int more = summary.Tracks.Count - tracks.Count;
        return Template.Value.Fill(
            "tracks",
            (
                "rows",
                Markup.Join(
                    tracks.Select(t =>
                        Template.Value.Fill(
                            "row",
                            ("track", t.Track),
                            ("first", ClockText.Of(t.First)),
                            ("last", ClockText.Of(t.Last)),
                            ("seen", DurationText.Of(TimeSpan.FromSeconds(t.Seconds))),
                            ("labels", VideoSummaryTable.Labels(summary.Labels, t)),
                            ("uncertain", Html.WholePercent(t.UncertainShare)),
                            ("changes", t.ChangeCount)
                        )
                    )
                )
            ),
            (
                "more",
                more == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{more:N0} shorter tracks not shown.")
            )
        );
    }

    /// <summary>
    /// The data of the plots. The default encoder escapes &lt;, &gt;, &amp; and all that is not ASCII, so that no text
    /// can end the script element.
    /// </summary>
    private static string Data(VideoSummary summary)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            Write(json, summary);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, VideoSummary summary)
    {
        IReadOnlyList<LabelStyle> styles = LabelStyle.Of(summary.Labels);
        IReadOnlyList<TrackSummary> tracks = summary.Longest(MaxTracks);
        var clock = ChartClock.Of(summary);
        json.WriteStartObject();
        json.WriteNumber("from", Milliseconds(clock.From));
        json.WriteNumber("to", Milliseconds(clock.To));
        json.WriteNumber("bin", tracks.Count > 0 ? Milliseconds(tracks[0].Series.BinLength) : 0);
        json.WriteStartArray("cuts");
        foreach (TimeSpan cut in summary.Cuts)
        {
            json.WriteNumberValue(Milliseconds(cut));
        }

        json.WriteEndArray();
        json.WriteStartArray("labels");
        for (int i = 0; i < styles.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", summary.Labels[i]);
            json.WriteString("color", styles[i].Color.ToString());
            json.WriteBoolean("light", styles[i].IsLight);
            json.WriteStartArray("dash");
            foreach (float length in styles[i].Dashes)
            {
                json.WriteNumberValue(length);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("tracks");
        foreach (TrackSummary track in tracks)
        {
            Write(json, summary, track);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, VideoSummary summary, TrackSummary track)
    {
        TrackSeries series = track.Series;
        json.WriteStartObject();
        json.WriteNumber("id", track.Track);
        json.WriteStartArray("about");
        foreach (string fact in About(summary, track))
        {
            json.WriteStringValue(fact);
        }

        json.WriteEndArray();
        if (track.Thumbnail is not null)
        {
            json.WriteString("thumbnail", VideoSummaryJson.DataUri(track.Thumbnail));
        }

        WriteBins(json, "t", series, (_, bin) => json.WriteNumberValue(Milliseconds(series.Time(bin))));
        WriteBins(json, "end", series, (_, bin) => json.WriteNumberValue(Milliseconds(series.End(bin))));
        json.WriteStartArray("gaps");
        for (int bin = 1; bin < series.Count; bin++)
        {
            if (series.IsAfterGap(bin))
            {
                json.WriteNumberValue(bin);
            }
        }

        json.WriteEndArray();
        WriteBins(json, "smoothed", series, (s, bin) => Row(label => s.Smoothed(bin, label)));
        WriteBins(json, "raw", series, (s, bin) => Row(label => s.Raw(bin, label)));
        json.WriteEndObject();

        void Row(Func<int, float> value)
        {
            json.WriteStartArray();
            for (int label = 0; label < summary.Labels.Count; label++)
            {
                json.WriteNumberValue((int)MathF.Round(value(label) * 1000));
            }

            json.WriteEndArray();
        }
    }

    private static void WriteBins(Utf8JsonWriter json, string name, TrackSeries series, Action<TrackSeries, int> write)
    {
        json.WriteStartArray(name);
        for (int bin = 0; bin < series.Count; bin++)
        {
            write(series, bin);
        }

        json.WriteEndArray();
    }

    /// <summary>The facts of a track, one per line.</summary>
    private static IEnumerable<string> About(VideoSummary summary, TrackSummary track)
    {
        yield return "seen " + DurationText.Of(TimeSpan.FromSeconds(track.Seconds));
        yield return VideoSummaryTable.Labels(summary.Labels, track);
        yield return string.Create(Culture, $"{track.ChangeCount} change{(track.ChangeCount == 1 ? "" : "s")}");
        if (track.UncertainShare >= 0.005)
        {
            yield return "uncertain " + Html.WholePercent(track.UncertainShare);
        }

        if (track.MeanValence is { } valence)
        {
            yield return "valence " + VideoSummaryTable.Signed(valence);
        }

        if (track.MeanIntensity is { } intensity)
        {
            yield return "intensity " + VideoSummaryTable.Unsigned(intensity);
        }
    }

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private static long Milliseconds(TimeSpan time) => (long)Math.Round(time.TotalMilliseconds);
}
