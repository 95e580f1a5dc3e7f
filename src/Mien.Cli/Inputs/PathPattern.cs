using System.IO.Enumeration;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// A path pattern: <c>*</c> and <c>?</c> match characters within a name, a part <c>**</c> matches any number of
/// folders. A folder is the pattern <c>folder/**</c>. The matching state of a walk is the set of parts that can match
/// next, one bit per part, as in a nondeterministic automaton.
/// </summary>
internal sealed class PathPattern
{
    private const string AnyDepth = "**";
    private const int MaxParts = 60; // The state needs one bit more than there are parts, of 64.

    // As the file systems of these platforms do by default.
    private static readonly bool IgnoreCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    private readonly string[] parts;

    /// <summary>The kind of files that match if the pattern gives no extension; <c>null</c> if it gives one.</summary>
    private readonly InputKind? only;

    private PathPattern(string folder, string[] parts, InputKind kind)
    {
        Folder = folder;
        this.parts = parts;
        only = parts[^1].Contains('.', StringComparison.Ordinal) ? null : kind;
    }

    /// <summary>The path before the first wildcard; empty for the current folder.</summary>
    public string Folder { get; }

    /// <summary>The filter for a walk that starts in <see cref="Folder"/>.</summary>
    public IFolderFilter Filter => new Place(this, Closure(1));

    /// <summary>Creates the pattern of all files of a kind in a folder and its subfolders.</summary>
    public static PathPattern OfFolder(string folder, InputKind kind) => new(folder, [AnyDepth], kind);

    /// <summary>Parses a pattern; <c>null</c> if it has no wildcard.</summary>
    /// <exception cref="UsageException">It has too many parts.</exception>
    public static PathPattern? Parse(string text, InputKind kind)
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
                $"{text}: has {parts.Length} parts after the first wildcard, at most {MaxParts} are supported."
            );
        }

        // Remove the trailing separator, except from a root, where it is part of the path.
        string folder = text[..end];
        return new PathPattern(
            folder.Length > 1 && Path.GetPathRoot(folder) != folder ? folder[..^1] : folder,
            parts,
            kind
        );
    }

    /// <summary>Computes the state inside a folder; 0 if nothing in it can match.</summary>
    /// <param name="at">The state outside the folder.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="isHidden">Whether it is hidden. Hidden folders match only parts that begin with a dot.</param>
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
    /// <param name="at">The state in the folder of the file.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="isHidden">Whether it is hidden.</param>
    private bool Matches(ulong at, ReadOnlySpan<char> name, bool isHidden)
    {
        int last = parts.Length - 1;
        return (at & (1UL << last)) != 0
            && (parts[last] == AnyDepth ? !isHidden : Matches(parts[last], name, isHidden))
            && only?.Has(name) != false;
    }

    private static bool Matches(string part, ReadOnlySpan<char> name, bool isHidden) =>
        (!isHidden || part[0] == '.') && FileSystemName.MatchesSimpleExpression(part, name, IgnoreCase);

    /// <summary>Adds the parts after a <c>**</c>, which can also match no folder.</summary>
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

    /// <summary>The state of a walk as a filter.</summary>
    private sealed class Place(PathPattern pattern, ulong at) : IFolderFilter
    {
        public bool Takes(ReadOnlySpan<char> name, bool isHidden) => pattern.Matches(at, name, isHidden);

        public IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden) =>
            pattern.Enter(at, name, isHidden) is not 0 and var inside ? new Place(pattern, inside) : null;
    }
}
