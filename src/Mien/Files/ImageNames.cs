namespace Mien;

/// <summary>
/// The file name extensions of images. Folders are searched for these; a file given by path is read regardless of its
/// extension. The web page and the docs repeat the list, and a test checks that they match. Thread-safe.
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

    /// <summary>The extensions of images that Mien can decode, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [.. Readable.SelectMany(f => f.Extensions)];

    /// <summary>
    /// The extensions of images that Mien cannot decode; an error for such a file is more helpful than ignoring it.
    /// </summary>
    public static IReadOnlyList<string> UnreadableExtensions { get; } =
    [".heic", ".heif", ".avif", ".tif", ".tiff", ".jp2", ".j2k", ".jxl", ".psd", ".tga", ".eps"];

    /// <summary><see cref="Extensions"/> as text for messages.</summary>
    public static string ExtensionsText { get; } = string.Join(", ", Extensions);

    /// <summary>Checks whether a file has the extension of an image that Mien can decode.</summary>
    /// <param name="name">The name or path of the file.</param>
    public static bool IsImage(ReadOnlySpan<char> name) => Has(Extensions, name);

    /// <summary>Checks whether a file has the extension of an image, whether or not Mien can decode it.</summary>
    /// <param name="name">The name or path of the file.</param>
    public static bool IsPicture(ReadOnlySpan<char> name) => IsImage(name) || Has(UnreadableExtensions, name);

    /// <summary>
    /// Gets the format for the extension of a name, such as <c>JPEG</c>; <see langword="null"/> if it is not an
    /// image's.
    /// </summary>
    /// <param name="name">The name or path of the file.</param>
    public static string? Format(string name)
    {
        string extension = Path.GetExtension(name);
        return Array.Find(Readable, f => f.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)).Format;
    }

    /// <summary>Checks whether a name has one of some extensions, in any case.</summary>
    /// <param name="extensions">The extensions, with a dot.</param>
    /// <param name="name">The name or path of the file.</param>
    public static bool Has(IReadOnlyList<string> extensions, ReadOnlySpan<char> name)
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
