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
    private const int MaxParts = 60;

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

    /// <summary>What a walk of <see cref="Folder"/> looks for.</summary>
    public IFolderFilter Filter => new Place(this, Closure(1));

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
        if (parts.Length > MaxParts)
        {
            throw new UsageException(
                $"{text}: has {parts.Length} parts after the first wildcard, at most {MaxParts} are understood."
            );
        }

        // The root keeps its separator, other folders lose it.
        string folder = text[..end];
        return new PathPattern(folder.Length > 1 && Path.GetPathRoot(folder) != folder ? folder[..^1] : folder, parts);
    }

    /// <summary>Where the walk is inside a folder; 0: nothing in there can match.</summary>
    /// <param name="at">Where it is outside.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="isHidden">Whether it is hidden: only a part that begins with a dot itself means it.</param>
    private ulong Enter(ulong at, ReadOnlySpan<char> name, bool isHidden)
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
                next |= isHidden ? 0 : 1UL << i;
            }
            else if (Matches(parts[i], name, isHidden))
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
    /// <param name="isHidden">Whether it is hidden.</param>
    private bool Matches(ulong at, ReadOnlySpan<char> name, bool isHidden)
    {
        int last = parts.Length - 1;
        return (at & (1UL << last)) != 0
            && (parts[last] == AnyDepth ? !isHidden : Matches(parts[last], name, isHidden))
            && (!onlyImages || ImageNames.IsImage(name));
    }

    private static bool Matches(string part, ReadOnlySpan<char> name, bool isHidden) =>
        (!isHidden || part[0] == '.') && FileSystemName.MatchesSimpleExpression(part, name, IgnoreCase);

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

    /// <summary>Where a walk is in the pattern.</summary>
    private sealed class Place(PathPattern pattern, ulong at) : IFolderFilter
    {
        public bool Takes(ReadOnlySpan<char> name, bool isHidden) => pattern.Matches(at, name, isHidden);

        public IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden) =>
            pattern.Enter(at, name, isHidden) is not 0 and var inside ? new Place(pattern, inside) : null;
    }
}
