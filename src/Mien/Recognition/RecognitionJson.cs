using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien;

/// <summary>
/// Serializes results to JSON in the format of <c>mien predict --json</c>; docs/predict.md describes the fields. Fields
/// may be added but are never renamed. Scores and confidence are fractions 0..1 in the shortest form that parses to the
/// same float. Coordinates are in pixels of the upright image and the roll angle in degrees, both rounded to
/// hundredths. Thread-safe.
/// </summary>
public static class RecognitionJson
{
    // Relaxed escaping keeps paths in any script readable. It is safe because the output goes to a file or pipe, not
    // into HTML.
    internal static readonly JsonWriterOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonWriterOptions Indented = Compact with { Indented = true };

    /// <summary>Gets the name of a status as in every output: <c>ok</c>, <c>noFace</c> or <c>error</c>.</summary>
    /// <param name="status">A status.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status is unknown.</exception>
    public static string Name(this RecognitionStatus status) =>
        status switch
        {
            RecognitionStatus.Ok => "ok",
            RecognitionStatus.NoFace => "noFace",
            RecognitionStatus.Error => "error",
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Expected Ok, NoFace or Error."),
        };

    /// <summary>Gets the name of a reason as in every output: such as <c>lowConfidence</c>.</summary>
    /// <param name="reason">A reason.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The reason is unknown.</exception>
    public static string Name(this UncertainReason reason) =>
        reason switch
        {
            UncertainReason.LowConfidence => "lowConfidence",
            UncertainReason.NoContrast => "noContrast",
            UncertainReason.TooSmall => "tooSmall",
            UncertainReason.NotAFace => "notAFace",
            UncertainReason.Profile => "profile",
            UncertainReason.UnlikeTrainingFaces => "unlikeTrainingFaces",
            _ => throw new ArgumentOutOfRangeException(
                nameof(reason),
                reason,
                "Expected one of the values of UncertainReason."
            ),
        };

    /// <summary>Writes a result as one JSON object.</summary>
    /// <param name="json">The writer; not flushed.</param>
    /// <param name="result">The result.</param>
    /// <param name="model">
    /// The name of the model (<see cref="ModelContract.Name"/>); <see langword="null"/> omits the field.
    /// </param>
    public static void Write(Utf8JsonWriter json, RecognitionResult result, string? model = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(result);
        json.WriteStartObject();
        WriteImage(json, result, model);
        json.WriteStartArray("faces");
        foreach (RecognizedFace face in result.Faces)
        {
            json.WriteStartObject();
            WriteFace(json, face);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes the fields of a result that precede its faces, for callers that add fields of their own.
    /// </summary>
    internal static void WriteImage(Utf8JsonWriter json, RecognitionResult result, string? model)
    {
        if (result.Name is not null)
        {
            json.WriteString("path", result.Name);
        }

        json.WriteString("status", result.Status.Name());
        if (result.Error is { } error)
        {
            json.WriteStartObject("error");
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }
        else
        {
            json.WriteBoolean("isFaceCrop", result.IsFaceCrop);
            json.WriteNumber("width", result.Width);
            json.WriteNumber("height", result.Height);
            json.WriteNumber("detectorRuns", result.DetectorRuns);
        }

        if (model is not null)
        {
            json.WriteString("model", model);
        }

        if (result.Head is not null)
        {
            json.WriteString("head", result.Head);
        }
    }

    /// <summary>Serializes a result to one JSON object.</summary>
    /// <param name="result">The result.</param>
    /// <param name="model">The name of the model; <see langword="null"/> omits the field.</param>
    /// <param name="indented">
    /// Whether to indent the text for readability; the default is <see langword="false"/>.
    /// </param>
    /// <returns>The text, without a trailing line break.</returns>
    public static string ToJson(RecognitionResult result, string? model = null, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
        {
            Write(json, result, model);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the fields of a face.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="face">The face.</param>
    /// <param name="top">The maximum number of scores to write, the largest ones.</param>
    internal static void WriteFace(Utf8JsonWriter json, RecognizedFace face, int top = int.MaxValue)
    {
        WriteLabels(json, face.Result, face.UncertainReasons, top);
        json.WriteStartObject("box");
        json.WriteNumber("x", Rounded(face.Box.X));
        json.WriteNumber("y", Rounded(face.Box.Y));
        json.WriteNumber("width", Rounded(face.Box.Width));
        json.WriteNumber("height", Rounded(face.Box.Height));
        json.WriteEndObject();
        json.WriteNumber("roll", Rounded(face.Roll));
        if (face.DetectionScore is { } score)
        {
            json.WriteNumber("detectionScore", score);
        }

        if (face.Keypoints is { } points)
        {
            json.WriteStartObject("keypoints");
            Write(json, "leftEye", points.LeftEye);
            Write(json, "rightEye", points.RightEye);
            Write(json, "nose", points.Nose);
            Write(json, "mouth", points.Mouth);
            Write(json, "leftEar", points.LeftEar);
            Write(json, "rightEar", points.RightEar);
            json.WriteEndObject();
        }

        Write(json, face.Quality);
    }

    /// <summary>Writes the fields of a prediction.</summary>
    internal static void WriteLabels(
        Utf8JsonWriter json,
        ExpressionResult result,
        IReadOnlyList<UncertainReason> uncertainReasons,
        int top = int.MaxValue
    )
    {
        LabelScores scores = result.LabelScores;
        json.WriteString("label", result.Label);
        json.WriteString("expression", result.Expression?.Name());
        json.WriteNumber("confidence", result.Confidence);
        json.WriteBoolean("uncertain", uncertainReasons.Count > 0);
        json.WriteStartArray("uncertainReason");
        foreach (UncertainReason reason in uncertainReasons)
        {
            json.WriteStringValue(reason.Name());
        }

        json.WriteEndArray();
        WriteScores(json, "scores", scores, top);
    }

    /// <summary>Writes class probabilities as an object.</summary>
    internal static void WriteScores(Utf8JsonWriter json, string name, LabelScores scores, int top = int.MaxValue)
    {
        json.WriteStartObject(name);
        bool[]? written = top < scores.Count ? Largest(scores.Values, top) : null;
        for (int i = 0; i < scores.Count; i++)
        {
            if (written is null || written[i])
            {
                json.WriteNumber(scores.Labels[i], scores.Values[i]);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Marks the largest scores. On a tie the first one counts as larger, as for the label.</summary>
    private static bool[] Largest(IReadOnlyList<float> scores, int top)
    {
        bool[] largest = new bool[scores.Count];
        foreach (int place in Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i]).Take(top))
        {
            largest[place] = true;
        }

        return largest;
    }

    private static void Write(Utf8JsonWriter json, FaceQuality quality)
    {
        json.WriteStartObject("quality");
        json.WriteNumber("size", Rounded(quality.Size));
        json.WriteNumber("sharpness", Math.Round((double)quality.Sharpness, 4));
        json.WriteNumber("contrast", Rounded(quality.Contrast));
        json.WriteBoolean("touchesEdge", quality.TouchesEdge);
        if (quality.Yaw is { } yaw)
        {
            json.WriteNumber("yaw", Rounded(yaw));
        }
        else
        {
            json.WriteNull("yaw");
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, FacePoint point)
    {
        json.WriteStartObject(name);
        json.WriteNumber("x", Rounded(point.X));
        json.WriteNumber("y", Rounded(point.Y));
        json.WriteEndObject();
    }

    /// <summary>Rounds to hundredths of a pixel or degree, far below the accuracy of the detector.</summary>
    private static double Rounded(float value) => Math.Round((double)value, 2);
}
