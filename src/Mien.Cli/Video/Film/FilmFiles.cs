using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Checks and names the files of films. Not thread-safe.</summary>
internal sealed class FilmFiles
{
    /// <summary>The extension of a film.</summary>
    public const string Extension = ".mp4";

    // The file systems of Windows and macOS treat A.mp4 and a.mp4 as the same name.
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The name of the film of a video: that of the video if it ends in .mp4, otherwise with .mp4 appended, because
    /// another extension could give two films the same name.
    /// </summary>
    /// <param name="relative">The path of the video below the given folder.</param>
    public string Name(string relative)
    {
        string name = HasExtension(relative) ? relative : relative + Extension;
        while (!taken.Add(name))
        {
            name += Extension;
        }

        return name;
    }

    /// <summary>Checks the film before any work is done.</summary>
    /// <param name="request">The request.</param>
    /// <param name="several">Whether the output is a folder.</param>
    /// <param name="sources">The folders of the videos, and whether each is read as a whole.</param>
    /// <exception cref="UsageException">
    /// The film has another extension or would replace a video, or a video cannot be read twice.
    /// </exception>
    public static void Check(VideoRequest request, bool several, IEnumerable<(string Folder, bool Whole)> sources)
    {
        if (request.Annotate is not { } film)
        {
            return;
        }

        foreach (string video in request.Videos)
        {
            if (video == InputItem.StandardInput || IsReadOnce(video))
            {
                throw new UsageException(
                    $"--annotate reads the video twice, but '{video}' can be read only once. Save the video to a file "
                        + "first, or leave --annotate out."
                );
            }
        }

        if (several)
        {
            CheckFolder(film, sources);
            return;
        }

        OutputTarget.Check(film, request.Videos, InputKind.Video, "--annotate");
        if (!HasExtension(film))
        {
            throw new UsageException($"--annotate: '{film}' must end in {Extension}.");
        }

        if (PartFile.IsDevice(PartFile.Target(film)))
        {
            throw new UsageException($"--annotate: '{film}' is a device, expected the name of a file to write.");
        }
    }

    private static void CheckFolder(string film, IEnumerable<(string Folder, bool Whole)> sources)
    {
        string folder = Full(film);
        foreach ((string source, bool whole) in sources)
        {
            string from = Full(source);
            if (
                from == folder
                || (whole && from.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            )
            {
                throw new UsageException(
                    $"--annotate: '{film}' contains the videos, which could be overwritten. Choose another folder."
                );
            }
        }
    }

    private static string Full(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static bool HasExtension(string path) =>
        Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase);

    private static bool IsReadOnce(string path) =>
        path.Length > 0 && File.Exists(path) && PartFile.IsDevice(Path.GetFullPath(path));
}
