using System.Text.Json;

namespace Mien.Cli;

/// <summary>
/// Writes a summary as JSON; docs/video.md describes the fields. Fields may be added but are never renamed.
/// </summary>
internal static class VideoSummaryJson
{
    public static string Write(VideoSummary summary) => JsonText.Write(json => Write(json, summary)) + "\n";

    /// <summary>A thumbnail as a data URI.</summary>
    public static string DataUri(byte[] jpeg) => "data:image/jpeg;base64," + Convert.ToBase64String(jpeg);

    private static void Write(Utf8JsonWriter json, VideoSummary summary)
    {
        json.WriteStartObject();
        json.WriteString("path", summary.Name);
        json.WriteString("status", summary.Status);
        if (summary.Message is not null)
        {
            json.WriteString("message", summary.Message);
        }

        json.WriteString("model", summary.Model);
        if (summary.Head is not null)
        {
            json.WriteString("head", summary.Head);
        }

        if (summary.Info is { } info)
        {
            json.WriteNumber("width", info.Width);
            json.WriteNumber("height", info.Height);
            json.WriteString("codec", info.Codec);
            Write(json, "framesPerSecond", info.FramesPerSecond);
            Write(json, "duration", info.Duration);
        }

        Write(json, "firstTime", summary.First);
        Write(json, "lastTime", summary.Last);
        Write(json, "expectedEnd", summary.ExpectedEnd);
        json.WriteNumber("analysedFrames", summary.AnalysedFrames);
        json.WriteNumber("framesWithoutFace", summary.FramesWithoutFace);
        json.WriteStartObject("cuts");
        json.WriteNumber("count", summary.CutCount);
        json.WriteStartArray("times");
        foreach (TimeSpan cut in summary.Cuts)
        {
            json.WriteNumberValue(Seconds(cut));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("tracks");
        foreach (TrackSummary track in summary.Tracks)
        {
            Write(json, summary.Labels, track);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<string> labels, TrackSummary track)
    {
        json.WriteStartObject();
        json.WriteNumber("track", track.Track);
        Write(json, "firstTime", track.First);
        Write(json, "lastTime", track.Last);
        json.WriteNumber("seconds", Rounded(track.Seconds, 3));
        json.WriteNumber("frames", track.Frames);
        json.WriteString("label", labels[track.TopLabel]);
        json.WriteStartObject("labels");
        for (int i = 0; i < labels.Count; i++)
        {
            json.WriteStartObject(labels[i]);
            json.WriteNumber("seconds", Rounded(track.LabelSeconds[i], 3));
            json.WriteNumber("share", Rounded(track.Share(i), 4));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNumber("uncertainShare", Rounded(track.UncertainShare, 4));
        json.WriteStartObject("changes");
        json.WriteNumber("count", track.ChangeCount);
        json.WriteStartArray("list");
        foreach (LabelChange change in track.Changes)
        {
            json.WriteStartObject();
            Write(json, "time", change.Time);
            json.WriteString("from", labels[change.From]);
            json.WriteString("to", labels[change.To]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("meanScores");
        for (int i = 0; i < labels.Count; i++)
        {
            json.WriteNumber(labels[i], Rounded(track.MeanScores[i], 4));
        }

        json.WriteEndObject();
        Write(json, "meanValence", track.MeanValence is { } valence ? Rounded(valence, 4) : null);
        Write(json, "meanIntensity", track.MeanIntensity is { } intensity ? Rounded(intensity, 4) : null);
        if (track.Thumbnail is not null)
        {
            json.WriteString("thumbnail", DataUri(track.Thumbnail));
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, TimeSpan? time) =>
        Write(json, name, time is null ? null : Seconds(time.Value));

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is not null)
        {
            json.WriteNumber(name, value.Value);
        }
    }

    /// <summary>A time in seconds, to the microsecond as ffprobe gives it.</summary>
    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 6);

    private static double Rounded(double value, int digits) => Math.Round(value, digits);
}
