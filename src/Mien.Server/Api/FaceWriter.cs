using System.Text.Json;

namespace Mien.Server;

/// <summary>Writes results as JSON: the library's fields, plus the crops and heat maps of the service.</summary>
internal static class FaceWriter
{
    /// <summary>Writes the result of one image.</summary>
    public static void Write(Utf8JsonWriter json, RecognitionResult result, string model, int top)
    {
        json.WriteStartObject();
        RecognitionJson.WriteImage(json, result, model);
        json.WriteStartArray("faces");
        foreach (RecognizedFace face in result.Faces)
        {
            json.WriteStartObject();
            WriteMembers(json, face, top);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the members of a face.</summary>
    public static void WriteMembers(Utf8JsonWriter json, RecognizedFace face, int top)
    {
        RecognitionJson.WriteFace(json, face, top);
        if (face.Crop is { } crop)
        {
            json.WriteString("crop", DataUri(crop.EncodePng(), "image/png"));
        }

        if (face.Explanation is { } explanation)
        {
            json.WriteStartObject("explanation");
            json.WriteString("label", explanation.Label);
            json.WriteString("method", JsonNamingPolicy.CamelCase.ConvertName(explanation.Method.ToString()));
            json.WriteString("image", DataUri(explanation.EncodePng(), "image/png"));
            json.WriteEndObject();
        }
    }

    private static string DataUri(byte[] data, string type) => $"data:{type};base64,{Convert.ToBase64String(data)}";
}
