using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The images that the arguments name: files, folders, patterns, standard input. Found while they are worked on, so
/// that a folder may be of any size; only the names in one folder (and the folders above it) are held at a time.
/// </summary>
internal sealed class ImageSources
{
    private readonly List<(string Argument, PathPattern? Pattern)> sources = [];
    private readonly HashSet<string> leftOut;

    /// <summary>Checks the arguments before any work is done.</summary>
    /// <param name="arguments">As they were given.</param>
    /// <param name="leftOut">Full paths of folders that are not looked into, because the run writes there.</param>
    /// <exception cref="UsageException">
    /// A path does not exist, a folder or pattern holds no image, or it is a URL.
    /// </exception>
    public ImageSources(IEnumerable<string> arguments, IEnumerable<string> leftOut)
    {
        this.leftOut = new HashSet<string>(
            leftOut,
            OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase
        );
        foreach (string argument in arguments)
        {
            Add(argument);
        }
    }

    /// <summary>Whether the number of images is only known after a walk.</summary>
    public bool HasFolders => sources.Exists(s => s.Pattern is not null);

    /// <summary>The folders that images are read from, for checks: those given, and those of the files given.</summary>
    public IEnumerable<(string Folder, bool Whole)> Folders =>
        sources
            .Where(s => s.Argument != ImageInput.StandardInput)
            .Select(s =>
                s.Pattern is { } pattern
                    ? (Path.GetFullPath(Listed(pattern.Folder)), true)
                    : (Path.GetDirectoryName(Path.GetFullPath(s.Argument)) ?? "", false)
            );

    /// <summary>
    /// The images: files in the order given, and for a folder or pattern what lies in it and its folders, in ordinal
    /// order of the path, so that the order is the same on every machine. Hidden entries are left out and links to
    /// folders are not followed. A folder that cannot be listed comes as an image that failed.
    /// </summary>
    public IEnumerable<ImageInput> Enumerate()
    {
        foreach ((string argument, PathPattern? pattern) in sources)
        {
            if (pattern is null)
            {
                yield return argument == ImageInput.StandardInput
                    ? new ImageInput(argument, "stdin")
                    : new ImageInput(argument, Path.GetFileName(argument));
                continue;
            }

            foreach (ImageInput input in Walk(pattern))
            {
                yield return input;
            }
        }
    }

    private void Add(string argument)
    {
        if (argument == ImageInput.StandardInput)
        {
            AddStandardInput();
        }
        else if (IsUrl(argument))
        {
            throw new UsageException(
                $"{argument}: is a URL, and Mien fetches nothing from the network. Download the image first, "
                    + $"or pipe it in: curl -s URL | mien predict -"
            );
        }
        else if (Directory.Exists(argument))
        {
            AddPattern(
                argument,
                PathPattern.OfFolder(argument),
                $"{argument}: there is no image in this folder (looked for {ImageNames.ExtensionsText}). Name "
                    + $"another folder, or the files themselves."
            );
        }
        else if (File.Exists(argument))
        {
            sources.Add((argument, null));
        }
        else if (PathPattern.Parse(argument) is { } pattern)
        {
            AddPattern(
                argument,
                pattern,
                $"{argument}: no image matches this pattern. In it * and ? stand for characters of one name "
                    + $"and ** for any number of folders; check the path."
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
        if (sources.Exists(s => s.Argument == ImageInput.StandardInput))
        {
            throw new UsageException("'-' is given twice, but standard input can be read only once.");
        }

        if (!System.Console.IsInputRedirected)
        {
            throw new UsageException(
                "'-' means an image on standard input, which is the keyboard here. Pipe one in: mien predict - "
                    + "< photo.jpg"
            );
        }

        sources.Add((ImageInput.StandardInput, null));
    }

    private void AddPattern(string argument, PathPattern pattern, string nothing)
    {
        if (!Directory.Exists(Listed(pattern.Folder)) || !Walk(pattern).Any())
        {
            throw new UsageException(nothing);
        }

        sources.Add((argument, pattern));
    }

    /// <summary>Whether it begins with a scheme (RFC 3986, 3.1) of at least two characters and <c>://</c>.</summary>
    private static bool IsUrl(string argument)
    {
        int colon = argument.IndexOf("://", StringComparison.Ordinal);
        return colon > 1 && argument[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-');
    }

    private static string Listed(string folder) => folder.Length == 0 ? "." : folder;

    private IEnumerable<ImageInput> Walk(PathPattern pattern) =>
        FolderWalk
            .Of(pattern.Folder, pattern.Filter, leftOut)
            .Select(e => new ImageInput(e.Path, e.Relative) { Error = e.Error });
}
