using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Cli;

/// <summary>Writes indented JSON to a string.</summary>
internal static class JsonText
{
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (
            var json = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions
                {
                    Indented = true,
                    NewLine = "\n",

                    // Writes non-ASCII characters as they are instead of as \u escapes.
                    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
