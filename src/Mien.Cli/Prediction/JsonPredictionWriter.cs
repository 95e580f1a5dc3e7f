using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Cli.Prediction;

/// <summary>
/// A JSON array with an object a line. The names are what scripts rely on: they may be added to, never renamed. Numbers are the shortest that read back as the same float.
/// </summary>
internal sealed class JsonPredictionWriter(TextWriter output) : PredictionWriter(output)
{
    // Paths in any script stay readable; the output is a file or a pipe and never a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> buffer = new();
    private bool any;

    public override void Begin() => Output.Write('[');

    public override void Write(ImageOutcome outcome)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("path", outcome.Path);
            json.WriteString("status", outcome.Error is null ? "ok" : "error");
            if (outcome.Error is { } error)
            {
                json.WriteStartObject("error");
                json.WriteString("code", error.Code);
                json.WriteString("message", error.Message);
                json.WriteEndObject();
            }
            else
            {
                json.WriteString("countedAs", "faceCrop");
            }

            json.WriteStartArray("faces");
            if (outcome.Result is { } result)
            {
                WriteFace(json, result);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Output.Write(any ? ",\n " : "\n ");
        Output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        any = true;
    }

    public override void End() => Output.Write("\n]\n");

    private static void WriteFace(Utf8JsonWriter json, ExpressionResult result)
    {
        json.WriteStartObject();
        json.WriteString("expression", result.Top.Name());
        json.WriteStartObject("probabilities");
        for (int i = 0; i < Expressions.Count; i++)
        {
            json.WriteNumber(Expressions.Names[i], result.Probabilities[i]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
