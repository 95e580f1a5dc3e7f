using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>The text message with the media time of the next frame.</summary>
public class FrameTimeMessageTests
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    [Theory]
    [InlineData("""{"time": 12.345}""", 12.345, false)]
    [InlineData("""{"time": 12.345, "seek": true}""", 12.345, true)]
    [InlineData("""{"seek":true,"time":0}""", 0, true)]
    [InlineData("""{"time":7,"seek":false}""", 7, false)]
    [InlineData(" \r\n\t{ \"time\" : -1.5e-3 } \n", -0.0015, false)]
    [InlineData("""{"time": 1e10}""", 1e10, false)]
    [InlineData("""{"time": -10000000000}""", -1e10, false)]
    [InlineData("""{"time": 0.1000000000000000055511151231257827}""", 0.1, false)]
    [InlineData("""{"\u0074ime": 3, "see\u006B": true}""", 3, true)]
    public void A_time_is_read(string text, double time, bool isSeek)
    {
        Assert.True(
            FrameTimeMessage.TryParse(Encoding.UTF8.GetBytes(text), out FrameTimeMessage message, out string? problem),
            problem
        );
        Assert.Equal(new FrameTimeMessage(time, isSeek), message);
    }

    [Theory]
    [InlineData("", "The text is not valid JSON")]
    [InlineData("hello", "The text is not valid JSON")]
    [InlineData("\uFEFF{\"time\": 1}", "The text is not valid JSON")]
    [InlineData("""{"time": 1""", "The text is not valid JSON")]
    [InlineData("""{"time": 1,}""", "The text is not valid JSON")]
    [InlineData("""{"time": 1}}""", "The text is not valid JSON")]
    [InlineData("""{"time": 1} {"time": 2}""", "The text is not valid JSON")]
    [InlineData("""{"time": 1} // now""", "The text is not valid JSON")]
    [InlineData("""{"time": NaN}""", "The text is not valid JSON")]
    [InlineData("""{"time": Infinity}""", "The text is not valid JSON")]
    [InlineData("""{"time": 01}""", "The text is not valid JSON")]
    [InlineData("""{"time": +1}""", "The text is not valid JSON")]
    [InlineData("""{"time": 1,5}""", "The text is not valid JSON")]
    [InlineData("{'time': 1}", "The text is not valid JSON")]
    [InlineData("[12.345]", "The text is not a JSON object")]
    [InlineData("12.345", "The text is not a JSON object")]
    [InlineData("null", "The text is not a JSON object")]
    [InlineData("\"time\"", "The text is not a JSON object")]
    [InlineData("{}", "'time' is missing")]
    [InlineData("""{"seek": true}""", "'time' is missing")]
    [InlineData("""{"time": "12.345"}""", "'time' is not a number")]
    [InlineData("""{"time": null}""", "'time' is not a number")]
    [InlineData("""{"time": true}""", "'time' is not a number")]
    [InlineData("""{"time": [1]}""", "'time' is not a number")]
    [InlineData("""{"time": {"time": 1}}""", "'time' is not a number")]
    [InlineData("""{"time": 10000000001}""", "'time' is over 1e10 s")]
    [InlineData("""{"time": -1e11}""", "'time' is over 1e10 s")]
    [InlineData("""{"time": 1e999}""", "'time' is over 1e10 s")]
    [InlineData("""{"time": -1e999}""", "'time' is over 1e10 s")]
    [InlineData("""{"time": 1e99999999999999999999}""", "'time' is over 1e10 s")]
    [InlineData("""{"time": 1, "seek": 1}""", "'seek' is not true or false")]
    [InlineData("""{"time": 1, "seek": "true"}""", "'seek' is not true or false")]
    [InlineData("""{"time": 1, "seek": null}""", "'seek' is not true or false")]
    [InlineData("""{"time": 1, "time": 1}""", "'time' is given twice")]
    [InlineData("""{"seek": false, "time": 1, "seek": false}""", "'seek' is given twice")]
    [InlineData("""{"time": 1, "frame": 2}""", "A name is not 'time' or 'seek'")]
    [InlineData("""{"Time": 1}""", "A name is not 'time' or 'seek'")]
    [InlineData("""{"": 1}""", "A name is not 'time' or 'seek'")]
    public void Another_text_is_refused(string text, string expected)
    {
        Assert.False(
            FrameTimeMessage.TryParse(Encoding.UTF8.GetBytes(text), out FrameTimeMessage message, out string? problem)
        );
        Assert.Equal((expected, default(FrameTimeMessage)), (problem, message));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "The text has over 1024 bytes")]
    [InlineData(100_000, "The text has over 1024 bytes")]
    public void The_size_is_limited(int over, string? expected)
    {
        string text = """{"time": 1}""".PadRight(FrameTimeMessage.MaxBytes + over);
        bool isValid = FrameTimeMessage.TryParse(Encoding.UTF8.GetBytes(text), out _, out string? problem);
        Assert.Equal((expected is null, expected), (isValid, problem));
    }

    [Theory]
    [InlineData("""{"\ud800ime": 1}""")]
    [InlineData("""{"\udc00ime": 1, "time": 1}""")]
    public void A_name_with_half_of_a_surrogate_pair_is_refused(string text)
    {
        Assert.False(FrameTimeMessage.TryParse(Encoding.UTF8.GetBytes(text), out _, out string? problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void Any_valid_message_is_read_in_any_spelling()
    {
        var random = new Random(5);
        for (int i = 0; i < 5000; i++)
        {
            double time = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 11));
            bool? seek = random.Next(3) switch
            {
                0 => null,
                1 => false,
                _ => true,
            };
            byte[] text = Encoding.UTF8.GetBytes(Spell(random, time, seek));
            Assert.True(FrameTimeMessage.TryParse(text, out FrameTimeMessage message, out string? problem), problem);
            Assert.Equal(new FrameTimeMessage(time, seek == true), message);
        }
    }

    [Fact]
    public void Damaged_messages_are_read_as_a_JSON_parser_reads_them()
    {
        var random = new Random(23);
        int valid = 0;
        for (int i = 0; i < 30_000; i++)
        {
            string whole = Spell(random, Math.Round(random.NextDouble(), 3), random.Next(2) == 0);
            byte[] text = Encoding.UTF8.GetBytes(whole);
            for (int changes = random.Next(4); changes > 0 && text.Length > 0; changes--)
            {
                text = Damaged(random, text);
            }

            bool isValid = FrameTimeMessage.TryParse(text, out FrameTimeMessage message, out string? problem);
            FrameTimeMessage? found = isValid ? message : null,
                expected = Parsed(text);
            Assert.True(found == expected, $"{Encoding.UTF8.GetString(text)}: {found} {problem}, expected {expected}.");
            Assert.True(isValid || IsReason(problem!), problem);
            valid += isValid ? 1 : 0;
        }

        Assert.InRange(valid, 5_000, 25_000);
    }

    /// <summary>Whether a problem and what was expected fit into a closing message.</summary>
    private static bool IsReason(string problem) =>
        problem.Length <= 35 && Encoding.UTF8.GetByteCount($"{problem}, {FrameTimeMessage.Expected}") <= 123;

    private static string Spell(Random random, double time, bool? seek)
    {
        string Space() => new([.. Enumerable.Range(0, random.Next(3)).Select(_ => " \t\r\n"[random.Next(4)])]);
        string Name(string name) => random.Next(4) > 0 ? name : string.Concat(name.Select(c => $"\\u{(int)c:x4}"));
        string number = time.ToString(random.Next(2) == 0 ? "R" : "E16", CultureInfo.InvariantCulture);
        List<string> members = [$"{Space()}\"{Name("time")}\"{Space()}:{Space()}{number}{Space()}"];
        if (seek is { } isSeek)
        {
            string member = $"{Space()}\"{Name("seek")}\"{Space()}:{Space()}{(isSeek ? "true" : "false")}{Space()}";
            members.Insert(random.Next(2), member);
        }

        return $"{Space()}{{{string.Join(',', members)}}}{Space()}";
    }

    private static byte[] Damaged(Random random, byte[] text)
    {
        int at = random.Next(text.Length),
            to = random.Next(at, text.Length) + 1;
        return random.Next(4) switch
        {
            0 => [.. text[..at], (byte)random.Next(256), .. text[(at + 1)..]], // another byte
            1 => [.. text[..at], .. text[to..]], // a part is missing
            2 => [.. text[..to], .. text[at..]], // a part twice
            _ => [.. text[..at], .. "{}[]\",:-.eE0 9truefalsn\\"u8.Slice(random.Next(24), 1), .. text[at..]],
        };
    }

    /// <summary>What a general parser reads: the message, or <see langword="null"/> if it is not one.</summary>
    private static FrameTimeMessage? Parsed(byte[] text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Strict);
            JsonElement root = document.RootElement;
            JsonElement time = default,
                seek = default;
            bool isKnown =
                root.ValueKind == JsonValueKind.Object
                && root.EnumerateObject().All(p => p.Name is "time" or "seek")
                && root.TryGetProperty("time", out time)
                && time.ValueKind == JsonValueKind.Number
                && Math.Abs(time.GetDouble()) <= FrameTimeMessage.MaxSeconds;
            bool hasSeek = isKnown && root.TryGetProperty("seek", out seek);
            return isKnown && (!hasSeek || seek.ValueKind is JsonValueKind.True or JsonValueKind.False)
                ? new FrameTimeMessage(time.GetDouble(), hasSeek && seek.GetBoolean())
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
