namespace Mien;

/// <summary>
/// Which files are images, by the extension of their names: the one list. A file that is named itself is read whatever
/// it is called; the page and the docs repeat the list, and a test holds them to it.
/// </summary>
internal static class ImageNames
{
    private static readonly (string Format, string[] Extensions)[] Readable =
    [
        ("PNG", [".png"]),
        ("JPEG", [".jpg", ".jpeg", ".jpe", ".jfif"]),
        ("WebP", [".webp"]),
        ("BMP", [".bmp"]),
        ("GIF", [".gif"]),
    ];

    /// <summary>The extensions of files that are looked for as images, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [.. Readable.SelectMany(f => f.Extensions)];

    /// <summary>The extensions of pictures that Mien cannot decode: errors of them say more than silence.</summary>
    public static IReadOnlyList<string> UnreadableExtensions { get; } = [".heic", ".heif", ".avif", ".tif", ".tiff"];

    /// <summary><see cref="Extensions"/> for messages.</summary>
    public static string ExtensionsText { get; } = string.Join(", ", Extensions);

    /// <summary>Whether a file is looked for as an image.</summary>
    /// <param name="name">Its name or path.</param>
    public static bool IsImage(ReadOnlySpan<char> name) => Has(Extensions, name);

    /// <summary>Whether a file has a picture's name, whether or not Mien can decode it.</summary>
    /// <param name="name">Its name or path.</param>
    public static bool IsPicture(ReadOnlySpan<char> name) => IsImage(name) || Has(UnreadableExtensions, name);

    /// <summary>The format that a name promises, such as <c>JPEG</c>; <see langword="null"/>: none.</summary>
    /// <param name="name">A file's name or path.</param>
    public static string? Format(string name)
    {
        string extension = Path.GetExtension(name);
        return Array.Find(Readable, f => f.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)).Format;
    }

    private static bool Has(IReadOnlyList<string> extensions, ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> extension = Path.GetExtension(name);
        foreach (string known in extensions)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
