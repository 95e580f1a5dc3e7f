using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Tools;

/// <summary>The results of <c>mien-tools framing</c>.</summary>
/// <param name="Data">The name of the data set.</param>
/// <param name="Measurement">The positions of the boxes.</param>
/// <param name="Accuracy">The accuracy of a model; <c>null</c> if it was not requested.</param>
/// <param name="Fit">The framing by the eyes, fitted to these images; <c>null</c> if it was not requested.</param>
/// <param name="BuiltIn">The framing that the library uses.</param>
internal sealed record FramingReport(
    string Data,
    FramingMeasurement Measurement,
    FramingAccuracy? Accuracy,
    FramingFit? Fit,
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
        Row(
            "absolute roll angle in degrees",
            m.Roll,
            string.Create(CultureInfo.InvariantCulture, $"up to {FaceFraming.MaxRoll} kept")
        );
        table.WriteTo(console);
        var errors = new ConsoleTable()
            .Column("errors of the library's crops")
            .Number("1st quartile")
            .Number("median")
            .Number("3rd quartile")
            .Number("standard deviation")
            .Number("in a recipe");
        Error("shift, in sides of the image", "shift", m.Errors.Shift);
        Error("scale, relative to the image", "scale", m.Errors.Scale);
        Error("rotation in degrees", "rotation", m.Errors.Rotation);
        errors.WriteTo(console);
        var normal = new ConsoleTable()
            .Column("as normal distributions, for the recipe key \"framing\"")
            .Number("mean")
            .Number("standard deviation");
        Normal("centre to the right, in sides of the image", m.Errors.Right);
        Normal("centre below, in sides of the image", m.Errors.Down);
        Normal("logarithm of the side", m.Errors.SideLog);
        Normal($"rotation of the {Rounded(m.Errors.Rotated)} that are rotated, in degrees", m.Errors.Roll);
        normal.WriteTo(console);
        if (Accuracy is not null)
        {
            console.Out.WriteLine(Accuracy.ToString());
        }

        if (Fit is { Count: > 0 })
        {
            console.Out.WriteLine(
                $"Fit to the eyes in {Fit.Count.ToString("N0", CultureInfo.InvariantCulture)} faces of random size:"
            );
            var fit = new ConsoleTable().Column("").Number("fitted").Number("in the library");
            foreach ((string name, float fitted, float library) in Coefficients(Fit.Solve()))
            {
                fit.Row(name, Rounded(fitted), Rounded(library));
            }

            fit.WriteTo(console);
        }

        void Normal(string name, Spread spread) =>
            normal.Row(name, Rounded(spread.Mean), Rounded(spread.StandardDeviation));

        void Error(string name, string key, Spread spread) =>
            errors.Row(
                name,
                Rounded(spread.Quartiles.Lower),
                Rounded(spread.Quartiles.Median),
                Rounded(spread.Quartiles.Upper),
                Rounded(spread.StandardDeviation),
                $"\"{key}\": {spread.Recipe.ToString("0.00", CultureInfo.InvariantCulture)}"
            );

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
                json.WriteStartObject("errors");
                Error("shift", Measurement.Errors.Shift);
                Error("scale", Measurement.Errors.Scale);
                Error("rotation", Measurement.Errors.Rotation);
                json.WriteStartObject("normal");
                Normal("right", Measurement.Errors.Right);
                Normal("down", Measurement.Errors.Down);
                Normal("sideLog", Measurement.Errors.SideLog);
                if (Measurement.Errors.Rotated > 0)
                {
                    Normal("rotation", Measurement.Errors.Roll);
                }

                json.WriteNumber("rotated", Math.Round(Measurement.Errors.Rotated, 4));
                json.WriteEndObject();
                json.WriteEndObject();
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
                json.WriteNumber("asTheyAre", (double)a.Original / a.Images);
                json.WriteNumber("exactCrop", (double)a.Exact / a.Images);
                json.WriteNumber("whenFound", (double)a.Found / a.Images);
                json.WriteNumber("gained", a.Gained);
                json.WriteNumber("lost", a.Lost);
                json.WriteNumber("difference", a.Difference);
                json.WriteNumber("interval", a.Interval);
                json.WriteNumber("pValue", a.PValue);
                json.WriteEndObject();
            }

            if (Fit is { Count: > 0 })
            {
                json.WriteStartObject("fit");
                json.WriteNumber("faces", Fit.Count);
                foreach ((string name, float fitted, _) in Coefficients(Fit.Solve()))
                {
                    json.WriteNumber(name, Math.Round(fitted, 4));
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();

            void Normal(string key, Spread spread)
            {
                json.WriteStartArray(key);
                json.WriteNumberValue(Math.Round(spread.Mean, 4));
                json.WriteNumberValue(Math.Round(spread.StandardDeviation, 4));
                json.WriteEndArray();
            }

            void Error(string key, Spread spread)
            {
                json.WriteStartObject(key);
                json.WriteNumber("recipe", Math.Round(spread.Recipe, 4));
                json.WriteNumber("standardDeviation", Math.Round(spread.StandardDeviation, 4));
                Values("quartiles", spread.Quartiles);
                json.WriteEndObject();
            }

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

    private IEnumerable<(string Name, float Fitted, float Library)> Coefficients(EyeFraming fitted)
    {
        EyeFraming library = BuiltIn.Eyes;
        yield return ("side", fitted.SideConstant, library.SideConstant);
        yield return ("sideByDistance", fitted.SideByDistance, library.SideByDistance);
        yield return ("sideByDown", fitted.SideByDown, library.SideByDown);
        yield return ("down", fitted.DownConstant, library.DownConstant);
        yield return ("downByDistance", fitted.DownByDistance, library.DownByDistance);
        yield return ("downByDown", fitted.DownByDown, library.DownByDown);
        yield return ("rightByRight", fitted.RightByRight, library.RightByRight);
    }

    /// <summary>Rounds to three decimals; adding 0 turns −0 into 0.</summary>
    private static string Rounded(double value) =>
        (Math.Round(value, 3) + 0.0).ToString("0.000", CultureInfo.InvariantCulture);
}
