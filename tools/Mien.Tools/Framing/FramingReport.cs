using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Tools;

/// <summary>The results of <c>mien-tools framing</c>.</summary>
/// <param name="Data">The name of the data set.</param>
/// <param name="Measurement">The positions of the boxes.</param>
/// <param name="Accuracy">The accuracy of a model; <c>null</c> if it was not requested.</param>
/// <param name="BuiltIn">The framing that the library uses.</param>
internal sealed record FramingReport(
    string Data,
    FramingMeasurement Measurement,
    FramingAccuracy? Accuracy,
    FaceFraming BuiltIn
)
{
    /// <summary>Writes the results as text.</summary>
    public void WriteTo(CommandConsole console)
    {
        FramingMeasurement m = Measurement;
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Data}: a face was found in {m.Found:N0} of {m.Images:N0} images "
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
        Row("crop's centre to the right of the box's", m.Right, "0");
        Row("crop's centre below the box's", m.Down, Rounded(BuiltIn.Down));
        Row("absolute roll angle in degrees", m.Roll, "rotated upright");
        table.WriteTo(console);
        if (Accuracy is { } a)
        {
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Accuracy of {a.Model} on these {a.Images:N0} images: {100 * a.AsTheyAre:0.00} % on the "
                        + $"original images, {100 * a.WhenFound:0.00} % with face detection and cropping."
                )
            );
        }

        void Row(string name, Quartiles q, string library) =>
            table.Row(name, Rounded(q.Lower), Rounded(q.Median), Rounded(q.Upper), library);
    }

    /// <summary>Formats the results as indented JSON.</summary>
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

/// <summary>The accuracy of a model on the images in which a face was found.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Images">The number of these images.</param>
/// <param name="AsTheyAre">The accuracy on the original images, 0..1.</param>
/// <param name="WhenFound">The accuracy after detecting and cropping the face from the padded image, 0..1.</param>
internal sealed record FramingAccuracy(string Model, int Images, double AsTheyAre, double WhenFound);
