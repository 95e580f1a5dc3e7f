using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Tools;

/// <summary>What <c>mien-tools framing</c> found.</summary>
/// <param name="Data">The data's name.</param>
/// <param name="Measurement">How the boxes lie.</param>
/// <param name="Accuracy">How often the model is right; <c>null</c>: none was asked for.</param>
/// <param name="BuiltIn">How the library frames faces.</param>
internal sealed record FramingReport(
    string Data,
    FramingMeasurement Measurement,
    FramingAccuracy? Accuracy,
    FaceFraming BuiltIn
)
{
    /// <summary>Writes a sentence and a table.</summary>
    public void WriteTo(CommandConsole console)
    {
        FramingMeasurement m = Measurement;
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Data}: a face was found in {m.Found:N0} of {m.Images:N0} pictures "
                    + $"({100.0 * m.Found / m.Images:0.0} %)."
            )
        );
        if (m.Found == 0)
        {
            return;
        }

        var table = new ConsoleTable()
            .Column("")
            .Number("1st quartile")
            .Number("median")
            .Number("3rd quartile")
            .Number("in the library");
        Row("crop's side, in sides of the box", m.Scale, Rounded(BuiltIn.Scale));
        Row("crop's middle to the right of the box's", m.Right, "0");
        Row("crop's middle below the box's", m.Down, Rounded(BuiltIn.Down));
        Row("degrees that the face is turned", m.Roll, "turned back");
        table.WriteTo(console);
        if (Accuracy is { } a)
        {
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{a.Model} on these {a.Images:N0} pictures: {100 * a.AsTheyAre:0.00} % as they "
                        + $"are, {100 * a.WhenFound:0.00} % when the face is found and cut out."
                )
            );
        }

        void Row(string name, Quartiles q, string library) =>
            table.Row(name, Rounded(q.Lower), Rounded(q.Median), Rounded(q.Upper), library);
    }

    /// <summary>The figures as indented JSON.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("images", Measurement.Images);
            json.WriteNumber("found", Measurement.Found);
            if (Measurement.Found > 0)
            {
                Values("scale", Measurement.Scale);
                Values("right", Measurement.Right);
                Values("down", Measurement.Down);
                Values("rollDegrees", Measurement.Roll);
            }

            json.WriteStartObject("library");
            json.WriteNumber("scale", BuiltIn.Scale);
            json.WriteNumber("down", BuiltIn.Down);
            json.WriteEndObject();
            if (Accuracy is { } a)
            {
                json.WriteStartObject("accuracy");
                json.WriteString("model", a.Model);
                json.WriteNumber("images", a.Images);
                json.WriteNumber("asTheyAre", a.AsTheyAre);
                json.WriteNumber("whenFound", a.WhenFound);
                json.WriteEndObject();
            }

            json.WriteEndObject();

            void Values(string name, Quartiles q)
            {
                json.WriteStartArray(name);
                json.WriteNumberValue(Math.Round(q.Lower, 4));
                json.WriteNumberValue(Math.Round(q.Median, 4));
                json.WriteNumberValue(Math.Round(q.Upper, 4));
                json.WriteEndArray();
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Rounded(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>How often a model is right on the pictures in which a face was found.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Images">These pictures.</param>
/// <param name="AsTheyAre">0..1, each picture as the dataset has it.</param>
/// <param name="WhenFound">0..1, the face found and cut out of the larger picture.</param>
internal sealed record FramingAccuracy(string Model, int Images, double AsTheyAre, double WhenFound);
