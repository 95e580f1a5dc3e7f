using System.IO.Enumeration;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// A pattern of paths: <c>*</c> and <c>?</c> stand for characters of one name, a part <c>**</c> for any number of
/// folders. A folder is the pattern <c>folder/**</c>. Where a walk is in the pattern is a set of parts, one bit each.
/// </summary>
internal sealed class PathPattern
{
    private const string AnyDepth = "**";
    private const int MostParts = 60;

    /// <summary>
    /// File name endings that count as images. A file that is named itself is read whatever it is called.
    /// </summary>
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif"];

    // As the file systems of the platforms have it.
    private static readonly bool IgnoreCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    private readonly string[] parts;

    /// <summary>Whether only files with an image's ending are meant: the pattern names no ending itself.</summary>
    private readonly bool onlyImages;

    private PathPattern(string folder, string[] parts)
    {
        Folder = folder;
        this.parts = parts;
        onlyImages = !parts[^1].Contains('.', StringComparison.Ordinal);
    }

    /// <summary>The part before the first wildcard; empty: the current folder.</summary>
    public string Folder { get; }

    /// <summary>Where a walk begins.</summary>
    public ulong Start => Closure(1);

    /// <summary>The endings, for messages.</summary>
    public static string EndingsText => string.Join(", ", Endings);

    /// <summary>All images in a folder and its folders.</summary>
    public static PathPattern OfFolder(string folder) => new(folder, [AnyDepth]);

    /// <summary>Reads a pattern; <c>null</c> where there is no wildcard.</summary>
    /// <exception cref="UsageException">It has too many parts.</exception>
    public static PathPattern? Parse(string text)
    {
        int wildcard = text.AsSpan().IndexOfAny('*', '?');
        if (wildcard < 0)
        {
            return null;
        }

        char[] separators = OperatingSystem.IsWindows() ? ['/', '\\'] : ['/'];
        int end = text.LastIndexOfAny(separators, wildcard) + 1;
        string[] parts = text[end..].Split(separators, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > MostParts)
        {
            throw new UsageException(
                $"{text}: has {parts.Length} parts after the first wildcard, at most {MostParts} are understood."
            );
        }

        // The root keeps its separator, other folders lose it.
        string folder = text[..end];
        return new PathPattern(folder.Length > 1 && Path.GetPathRoot(folder) != folder ? folder[..^1] : folder, parts);
    }

    /// <summary>Where the walk is inside a folder; 0: nothing in there can match.</summary>
    /// <param name="at">Where it is outside.</param>
    /// <param name="name">The folder's name.</param>
    public ulong Enter(ulong at, ReadOnlySpan<char> name)
    {
        ulong next = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            if ((at & (1UL << i)) == 0)
            {
                continue;
            }

            if (parts[i] == AnyDepth)
            {
                next |= name[0] == '.' ? 0 : 1UL << i;
            }
            else if (Matches(parts[i], name))
            {
                next |= 1UL << (i + 1);
            }
        }

        next = Closure(next);
        return (next & ((1UL << parts.Length) - 1)) == 0 ? 0 : next;
    }

    /// <summary>Whether a file matches.</summary>
    /// <param name="at">Where the walk is in the file's folder.</param>
    /// <param name="name">The file's name.</param>
    public bool Matches(ulong at, ReadOnlySpan<char> name)
    {
        int last = parts.Length - 1;
        return (at & (1UL << last)) != 0
            && (parts[last] == AnyDepth ? name[0] != '.' : Matches(parts[last], name))
            && (!onlyImages || HasEnding(name));
    }

    private static bool Matches(string part, ReadOnlySpan<char> name) =>
        (name[0] != '.' || part[0] == '.') && FileSystemName.MatchesSimpleExpression(part, name, IgnoreCase);

    private static bool HasEnding(ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> ending = Path.GetExtension(name);
        foreach (string known in Endings)
        {
            if (ending.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Any number of folders may be none.</summary>
    private ulong Closure(ulong at)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            if ((at & (1UL << i)) != 0 && parts[i] == AnyDepth)
            {
                at |= 1UL << (i + 1);
            }
        }

        return at;
    }
}
