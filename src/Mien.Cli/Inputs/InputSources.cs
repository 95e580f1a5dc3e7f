using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The images or videos given by the arguments: files, folders, patterns, standard input. Folders are walked during the
/// work and can be of any size: only the names in the current folder and the folders above it are in memory.
/// </summary>
internal sealed class InputSources
{
    private readonly InputKind kind;
    private readonly List<(string Argument, PathPattern? Pattern)> sources = [];
    private readonly HashSet<string> leftOut;
    private readonly Shard? shard;

    /// <summary>Checks the arguments before any work is done.</summary>
    /// <param name="kind">What the command reads.</param>
    /// <param name="arguments">The arguments as given.</param>
    /// <param name="leftOut">Full paths of folders to skip, because the run writes to them.</param>
    /// <param name="shard">Selects the images; <c>null</c> for all.</param>
    /// <exception cref="UsageException">
    /// A path does not exist or is a URL, or a folder or pattern contains nothing of this kind.
    /// </exception>
    public InputSources(InputKind kind, IEnumerable<string> arguments, IEnumerable<string> leftOut, Shard? shard = null)
    {
        this.kind = kind;
        this.shard = shard;
        this.leftOut = new HashSet<string>(
            leftOut,
            OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase
        );
        foreach (string argument in arguments)
        {
            Add(argument);
        }
    }

    /// <summary>Whether the number of inputs is known only after walking folders.</summary>
    public bool HasFolders => sources.Exists(s => s.Pattern is not null);

    /// <summary>The folders that inputs are read from: the given folders, and those of given files.</summary>
    public IEnumerable<(string Folder, bool Whole)> Folders =>
        sources
            .Where(s => s.Argument != InputItem.StandardInput)
            .Select(s =>
                s.Pattern is { } pattern
                    ? (Path.GetFullPath(Listed(pattern.Folder)), true)
                    : (Path.GetDirectoryName(Path.GetFullPath(s.Argument)) ?? "", false)
            );

    /// <summary>
    /// Enumerates the inputs: files in the given order; those of a folder or pattern, including subfolders, in
    /// ordinal order of the path, which is the same on every machine. Hidden entries are skipped, and links to folders
    /// are not followed. A folder that cannot be listed is returned as a failed input, in every shard.
    /// </summary>
    public IEnumerable<InputItem> Enumerate()
    {
        foreach ((string argument, PathPattern? pattern) in sources)
        {
            if (pattern is null)
            {
                var file =
                    argument == InputItem.StandardInput
                        ? new InputItem(argument, "stdin")
                        : new InputItem(argument, Path.GetFileName(argument));
                if (shard is not { } part || part.Has(file.Relative))
                {
                    yield return file;
                }

                continue;
            }

            foreach (InputItem input in Walk(pattern, shard))
            {
                yield return input;
            }
        }
    }

    private void Add(string argument)
    {
        if (argument == InputItem.StandardInput)
        {
            AddStandardInput();
        }
        else if (IsUrl(argument))
        {
            throw new UsageException(
                $"{argument}: is a URL, and Mien downloads nothing. Download the {kind.Noun} first, or pipe it in: "
                    + $"curl -s URL | mien {kind.Command} -"
            );
        }
        else if (Directory.Exists(argument))
        {
            AddPattern(
                argument,
                PathPattern.OfFolder(argument, kind),
                $"{argument}: there is no {kind.Noun} in this folder (extensions: {kind.ExtensionsText})."
            );
        }
        else if (File.Exists(argument))
        {
            sources.Add((argument, null));
        }
        else if (PathPattern.Parse(argument, kind) is { } pattern)
        {
            AddPattern(
                argument,
                pattern,
                $"{argument}: no {kind.Noun} matches this pattern. * and ? match characters within a name, ** matches "
                    + $"any number of folders. Check the path."
            );
        }
        else
        {
            throw new UsageException(
                $"{(argument.Length == 0 ? "''" : argument)}: there is no such file or folder. Check the path."
            );
        }
    }

    private void AddStandardInput()
    {
        if (sources.Exists(s => s.Argument == InputItem.StandardInput))
        {
            throw new UsageException("'-' is given twice, but standard input can be read only once.");
        }

        if (!System.Console.IsInputRedirected)
        {
            throw new UsageException(
                $"'-' reads {kind.One} from standard input, which is a terminal here. Pipe one in: "
                    + $"mien {kind.Command} - < {kind.Example}"
            );
        }

        sources.Add((InputItem.StandardInput, null));
    }

    private void AddPattern(string argument, PathPattern pattern, string nothing)
    {
        if (!Directory.Exists(Listed(pattern.Folder)) || !Walk(pattern, null).Any())
        {
            throw new UsageException(nothing + Advice(argument));
        }

        sources.Add((argument, pattern));
    }

    /// <summary>
    /// What to do about a folder in which nothing was found: it may hold inputs of the other command.
    /// </summary>
    private string Advice(string argument)
    {
        InputKind other = kind == InputKind.Image ? InputKind.Video : InputKind.Image;
        return !Directory.Exists(argument) ? ""
            : Walk(PathPattern.OfFolder(argument, other), null).Any(i => i.Error is null)
                ? $" It holds {other.Noun}s: use 'mien {other.Command}'."
            : " Give another folder, or the files themselves.";
    }

    /// <summary>
    /// Whether an argument begins with a URI scheme (RFC 3986, 3.1) and <c>://</c>. The scheme must have at least two
    /// characters, because one letter is a drive on Windows.
    /// </summary>
    private static bool IsUrl(string argument)
    {
        int colon = argument.IndexOf("://", StringComparison.Ordinal);
        return colon > 1 && argument[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-');
    }

    private static string Listed(string folder) => folder.Length == 0 ? "." : folder;

    private IEnumerable<InputItem> Walk(PathPattern pattern, Shard? part) =>
        FolderWalk
            .Of(pattern.Folder, part is { } p ? new ShardFilter(pattern.Filter, p) : pattern.Filter, leftOut, kind.Noun)
            .Select(e => new InputItem(e.Path, e.Relative) { Error = e.Error });
}
