namespace Mien;

/// <summary>Tells the kinds of files that are decoded apart by their first bytes.</summary>
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
}
