using System.Globalization;
using System.Net;

namespace Mien.Server;

/// <summary>
/// Parses the values of settings. The message of a <see cref="FormatException"/> is what was expected, as the end
/// of a sentence.
/// </summary>
internal static class SettingText
{
    public static int WholeNumber(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        && value >= min
        && value <= max
            ? value
            : throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}")
            );

    public static double Number(string text, double min, double max) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && value >= min
        && value <= max
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));

    /// <summary>A number of bytes; the suffixes K, M and G multiply by 1024, 1024² and 1024³.</summary>
    public static long Bytes(string text, long max)
    {
        int shift =
            text.Length == 0
                ? 0
                : char.ToUpperInvariant(text[^1]) switch
                {
                    'K' => 10,
                    'M' => 20,
                    'G' => 30,
                    _ => 0,
                };
        return
            long.TryParse(
                shift > 0 ? text[..^1] : text,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long value
            )
            && value >= 1
            && value <= max >> shift
            ? value << shift
            : throw new FormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a number of bytes such as 5000000, 200K, 64M or 1G, at max {max >> 20}M"
                )
            );
    }

    /// <summary>A time such as 30s, 500ms or 2m; a bare number means seconds.</summary>
    public static TimeSpan Time(string text, TimeSpan min, TimeSpan max)
    {
        (string number, double unit) = text switch
        {
            [.. var n, 'm', 's'] => (n, 0.001),
            [.. var n, 's'] => (n, 1),
            [.. var n, 'm'] => (n, 60),
            _ => (text, 1.0),
        };
        return
            double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * unit >= min.TotalSeconds
            && value * unit <= max.TotalSeconds
            ? TimeSpan.FromSeconds(value * unit)
            : throw new FormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a time such as 500ms, 30s or 2m, from {Short(min)} to {Short(max)}"
                )
            );
    }

    /// <summary>Formats a time so that <see cref="Time"/> can read it.</summary>
    public static string Short(TimeSpan time) =>
        time.TotalSeconds is > 0 and < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s");

    public static T OneOf<T>(string text, params ReadOnlySpan<(string Name, T Value)> known)
    {
        foreach ((string name, T value) in known)
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var names = new List<string>();
        foreach ((string name, _) in known)
        {
            names.Add(name);
        }

        throw new FormatException(string.Join(", ", names[..^1]) + " or " + names[^1]);
    }

    public static IReadOnlyList<string> List(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static IPAddress Address(string text) =>
        text switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? address)
                ? address
                : throw new FormatException(
                    "an IP address of this machine such as 127.0.0.1, 0.0.0.0 or ::1, or localhost, or * for all"
                ),
        };

    public static IReadOnlyList<IPAddress> Addresses(string text) =>
        [
            .. List(text)
                .Select(a =>
                    IPAddress.TryParse(a, out IPAddress? address)
                        ? address
                        : throw new FormatException("IP addresses such as 10.0.0.2, separated by commas")
                ),
        ];

    public static string PathBase(string text) =>
        PathPrefix.TryRead(text, out string prefix) && !PathPrefix.IsOwn(prefix)
            ? prefix
            : throw new FormatException(
                "a path such as /mien or /tools/mien, of letters, digits and -._~@+:=, that does not "
                    + "begin with an address of the service itself, such as /v1 or /docs"
            );

    public static IReadOnlyList<string> Hosts(string text) =>
        [
            .. List(text)
                .Select(h =>
                    h == "*" || Uri.CheckHostName(h) != UriHostNameType.Unknown
                        ? h.ToLowerInvariant()
                        : throw new FormatException(
                            "host names without ports such as mien.example.org, separated by commas, or * for all"
                        )
                ),
        ];

    public static IReadOnlyList<string> Origins(string text) =>
        [
            .. List(text)
                .Select(o =>
                    Uri.TryCreate(o, UriKind.Absolute, out Uri? uri)
                    && uri.Scheme is "http" or "https"
                    && uri.GetLeftPart(UriPartial.Authority).Equals(o.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)
                        ? uri.GetLeftPart(UriPartial.Authority)
                        : throw new FormatException(
                            "origins such as https://example.org, without paths, separated by commas"
                        )
                ),
        ];

    /// <summary>The minimum length of a key in characters: shorter ones can be guessed.</summary>
    public const int MinKeyLength = 16;

    public static IReadOnlyList<string> Keys(IEnumerable<string> keys) =>
        [
            .. keys.Select(k =>
                IsKey(k)
                    ? k
                    : throw new FormatException($"keys of {MinKeyLength} to 256 visible ASCII characters, no commas")
            ),
        ];

    private static bool IsKey(string text) =>
        text.Length is >= MinKeyLength and <= 256 && text.All(c => c is > ' ' and <= '~' and not ',');

    public static IReadOnlyList<string> KeysOfFile(string path)
    {
        try
        {
            string[] lines = [.. File.ReadLines(path).Select(l => l.Trim())];
            var keys = new List<string>();
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].Length > 0 && lines[i][0] != '#')
                {
                    keys.Add(
                        IsKey(lines[i])
                            ? lines[i]
                            : throw new FormatException(
                                string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"one key per line, of {MinKeyLength} to 256 visible ASCII characters without "
                                        + $"commas and spaces; line {i + 1} is not such a key (comments need lines "
                                        + $"of their own)"
                                )
                            )
                    );
                }
            }

            return keys;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FormatException($"a readable file with one key per line ({e.Message})", e);
        }
    }

    public static Uri Endpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException("a URL such as http://127.0.0.1:4317");

    public static string Folder(string text) =>
        Directory.Exists(text) ? Path.GetFullPath(text) : throw new FormatException("an existing folder");
}
