using System.Text.Json;

namespace Mien.Server;

/// <summary>Creates the messages that a stream sends to its client.</summary>
internal static class StreamMessages
{
    /// <summary>The faces in a frame.</summary>
    public static byte[] Faces(
        StreamFrame frame,
        long dropped,
        RecognitionAnswer answer,
        IReadOnlyList<TrackedFace> faces,
        bool isCut,
        int top
    ) =>
        JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            WriteFrame(json, frame.Number, frame.Media);
            if (isCut)
            {
                json.WriteBoolean("cut", true);
            }

            json.WriteNumber("dropped", dropped);
            json.WriteNumber("milliseconds", Math.Round(answer.Duration.TotalMilliseconds, 2));
            json.WriteNumber("width", answer.Result.Width);
            json.WriteNumber("height", answer.Result.Height);
            if (answer.Result.Head is { } head)
            {
                json.WriteString("head", head);
            }

            json.WriteStartArray("faces");
            foreach (TrackedFace face in faces)
            {
                json.WriteStartObject();
                json.WriteNumber("id", face.Id);
                FaceWriter.WriteMembers(json, face.Face, top);
                json.WriteStartObject("smoothed");
                RecognitionJson.WriteLabels(json, face.Smoothed, face.UncertainReasons, top);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>The error of one frame; the stream stays open.</summary>
    public static byte[] Error(long frame, MediaTime? media, string code, string message) =>
        JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            WriteFrame(json, frame, media);
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", message);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    private static void WriteFrame(Utf8JsonWriter json, long number, MediaTime? media)
    {
        json.WriteNumber("frame", number);
        if (media is { } time)
        {
            json.WriteNumber("time", time.Seconds);
        }
    }
}
