namespace Mien.Data;

/// <summary>Recognises file formats by their first bytes.</summary>
internal static class Content
{
    private const int TarMagicOffset = 257;

    /// <summary>Returns the kind and, for unsupported files, a description for messages.</summary>
    public static (ContentKind Kind, string Description) Recognise(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return (ContentKind.Empty, "empty");
        }

        if (start is [0x1F, 0x8B, ..])
        {
            return (ContentKind.Gzip, "gzip");
        }

        if (start is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..])
        {
            return (ContentKind.Zip, "a zip archive");
        }

        if (start.Length > TarMagicOffset + 5 && start.Slice(TarMagicOffset, 5).SequenceEqual("ustar"u8))
        {
            return (ContentKind.Tar, "a tar archive");
        }

        string? foreign = start switch
        {
            [0xFF, 0xD8, 0xFF, ..] => "a JPEG image",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "a PNG image",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF document",
            [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => "a 7-Zip archive",
            [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => "a RAR archive",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file",
            [(byte)'B', (byte)'Z', (byte)'h', ..] => "a bzip2 file",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => "an xz file",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "a zstd file",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "text in UTF-16",
            _ when IsHtml(start) => "a web page",
            _ when start[..Math.Min(start.Length, 512)].Contains((byte)0) => "a binary file",
            _ => null,
        };
        return foreign is null ? (ContentKind.Text, "text") : (ContentKind.Foreign, foreign);
    }

    private static bool IsHtml(ReadOnlySpan<byte> start)
    {
        start = start.TrimStart(" \t\r\n\uFEFF"u8);
        return start is [(byte)'<', (byte)'!' or (byte)'h' or (byte)'H', ..];
    }
}
