using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Mien.Server;

/// <summary>
/// The text message by which a client gives its next frame a media time: <c>{"time": 12.345}</c>, or
/// <c>{"time": 12.345, "seek": true}</c> after a jump.
/// </summary>
/// <param name="Seconds">
/// The time on the media's clock in seconds, from minus to plus <see cref="MaxSeconds"/>.
/// </param>
/// <param name="IsSeek">Whether the frame does not follow the previous one, so that all tracks end.</param>
internal readonly record struct FrameTimeMessage(double Seconds, bool IsSeek)
{
    /// <summary>The maximum size of the message in bytes.</summary>
    public const int MaxBytes = 1024;

    /// <summary>
    /// The maximum distance of a time from 0; over 300 years, so that clocks that count from 1970 fit too.
    /// </summary>
    public const double MaxSeconds = 1e10;

    /// <summary>What a client may send, for the reason with which the stream is closed.</summary>
    public const string Expected =
        """expected {"time": 1.5} or {"time": 1.5, "seek": true}, and frames as binary messages""";

    private const string NoJson = "The text is not valid JSON";

    /// <summary>Parses a message.</summary>
    /// <param name="text">The bytes of the message; not more than one over <see cref="MaxBytes"/> are needed.</param>
    /// <param name="message">The message; the default if it is invalid.</param>
    /// <param name="problem">
    /// What is wrong, without a full stop, in at most 35 ASCII characters: with <see cref="Expected"/> it must fit into
    /// the 123 bytes of a closing reason.
    /// </param>
    /// <returns>Whether the message is valid.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> text,
        out FrameTimeMessage message,
        [NotNullWhen(false)] out string? problem
    )
    {
        message = default;
        if (text.Length > MaxBytes)
        {
            problem = $"The text has over {MaxBytes} bytes";
            return false;
        }

        try
        {
            var json = new Utf8JsonReader(text);
            problem = Read(ref json, out double time, out bool isSeek);
            message = problem is null ? new FrameTimeMessage(time, isSeek) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second one is thrown for a name with an escaped half of a surrogate pair.
            problem = NoJson;
        }

        return problem is null;
    }

    private static string? Read(ref Utf8JsonReader json, out double time, out bool isSeek)
    {
        (time, isSeek) = (double.NaN, false);
        bool hasSeek = false;
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return "The text is not a JSON object";
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isTime = json.ValueTextEquals("time"u8);
            if (!isTime && !json.ValueTextEquals("seek"u8))
            {
                return "A name is not 'time' or 'seek'";
            }

            if (isTime ? !double.IsNaN(time) : hasSeek)
            {
                return $"'{(isTime ? "time" : "seek")}' is given twice";
            }

            json.Read();
            if (!isTime)
            {
                hasSeek = true;
                isSeek = json.TokenType == JsonTokenType.True;
                if (!isSeek && json.TokenType != JsonTokenType.False)
                {
                    return "'seek' is not true or false";
                }
            }
            else if (json.TokenType != JsonTokenType.Number)
            {
                return "'time' is not a number";
            }
            else if (!json.TryGetDouble(out time) || !(Math.Abs(time) <= MaxSeconds))
            {
                return "'time' is over 1e10 s"; // also a number over the range of double, which is read as infinity
            }
        }

        json.Read(); // throws if anything follows the object
        return double.IsNaN(time) ? "'time' is missing" : null;
    }
}
