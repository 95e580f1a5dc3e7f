using System.Buffers;
using System.Text;
using System.Text.Json;
using Mien.Video;

namespace Mien.Cli;

/// <summary>Writes rows as JSON Lines: one object per frame and face.</summary>
internal sealed class JsonLinesVideoWriter(TextWriter output, VideoRowOptions options, string newLine)
    : VideoRowWriter(output)
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    protected override string Rows(string path, FrameResult frame)
    {
        var rows = new StringBuilder();
        for (int i = 0; i < Math.Max(1, frame.Faces.Count); i++)
        {
            buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(buffer, RecognitionJson.Compact))
            {
                Write(json, path, frame, i);
            }

            rows.Append(Encoding.UTF8.GetString(buffer.WrittenSpan)).Append(newLine);
        }

        return rows.ToString();
    }

    private void Write(Utf8JsonWriter json, string path, FrameResult frame, int number)
    {
        json.WriteStartObject();
        json.WriteString("path", path);
        json.WriteNumber("frame", frame.Frame);
        json.WritePropertyName("time");
        json.WriteRawValue(VideoRowFormat.Seconds(frame.Time));
        json.WriteString("status", frame.Status.Name());
        json.WriteBoolean("cut", frame.IsCut);
        json.WriteNumber("imageWidth", frame.Width);
        json.WriteNumber("imageHeight", frame.Height);
        json.WriteNumber("faces", frame.Faces.Count);
        if (number < frame.Faces.Count)
        {
            json.WriteNumber("face", number + 1);
            Write(json, frame.Faces[number]);
        }

        json.WriteString("model", options.Model.Name);
        if (options.Head is not null)
        {
            json.WriteString("head", options.Head);
        }

        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, TrackedFace tracked)
    {
        json.WriteNumber("track", tracked.Id);
        RecognitionJson.WriteFace(json, tracked.Face);
        json.WriteString("smoothedLabel", tracked.Smoothed.Label);
        json.WriteNumber("smoothedConfidence", tracked.Smoothed.Confidence);
        json.WriteBoolean("smoothedUncertain", tracked.IsUncertain);
        RecognitionJson.WriteScores(json, "smoothedScores", tracked.Smoothed.LabelScores);
        if (options.Derived)
        {
            WriteDerived(json, "valence", DerivedScores.Valence(tracked.Face.LabelScores));
            WriteDerived(json, "intensity", DerivedScores.Intensity(tracked.Face.LabelScores));
        }
    }

    private static void WriteDerived(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
