using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Server;

/// <summary>Writes JSON to bytes, formatted as by <see cref="RecognitionJson"/>. Thread-safe.</summary>
internal static class JsonBytes
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
