using System.Globalization;

namespace Mien;

/// <summary>Tells files apart by their first bytes, for decisions and for messages.</summary>
internal static class ImageSignature
{
    /// <summary>The format's name where it is one that is decoded, or else <see langword="null"/>.</summary>
    public static string? Decodable(ReadOnlySpan<byte> data) =>
        data switch
        {
            [0xFF, 0xD8, 0xFF, ..] => "JPEG",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "PNG",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
                "WebP",
            [(byte)'B', (byte)'M', ..] => "BMP",
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "GIF",
            _ => null,
        };

    /// <summary>What another file looks like, as a phrase such as <c>looks like a TIFF picture</c>.</summary>
    public static string Describe(ReadOnlySpan<byte> data)
    {
        string? known = data switch
        {
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "a TIFF picture",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', (byte)'f', ..] =>
                "an AVIF picture",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'h', (byte)'e', ..]
            or [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'m', (byte)'i', ..] => "a HEIC picture",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "a video (MP4)",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF document",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive",
            [0x1F, 0x8B, ..] => "a gzip file",
            [(byte)'<', ..] => "an SVG, XML or HTML text",
            _ => null,
        };
        if (known is not null)
        {
            return $"looks like {known}";
        }

        byte[] first = data[..Math.Min(8, data.Length)].ToArray();
        string bytes = string.Join(' ', first.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
        return $"is no known kind of picture (it starts with the bytes {bytes})";
    }
}
