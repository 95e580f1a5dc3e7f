using Mien.CommandLine;

namespace Mien.Cli.Prediction;

/// <summary>Turns files and folders into the list of images of a batch.</summary>
internal static class ImageList
{
    /// <summary>File name endings that count as images inside folders. A file that is named itself is read whatever it is called.</summary>
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".jfif", ".webp", ".bmp", ".gif"];

    /// <summary>
    /// The images: files in the order given, and for a folder what lies in it and its folders, in ordinal order of the path,
    /// so that the order is the same on every machine. Hidden entries are left out and links to folders are not followed.
    /// </summary>
    /// <exception cref="UsageException">A path does not exist or a folder holds no image.</exception>
    public static IReadOnlyList<ImageOutcome> Find(IEnumerable<string> paths)
    {
        var found = new List<ImageOutcome>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                List<ImageOutcome> inside = [];
                Walk(path, inside);
                if (inside.Count == 0)
                {
                    throw new UsageException($"{path}: there is no image in this folder (looked for {string.Join(", ", Endings)}). Name another folder, or the files themselves.");
                }

                inside.Sort((a, b) => string.CompareOrdinal(a.Path.Replace('\\', '/'), b.Path.Replace('\\', '/')));
                found.AddRange(inside);
            }
            else if (File.Exists(path))
            {
                found.Add(new ImageOutcome(path));
            }
            else
            {
                throw new UsageException($"{(path.Length == 0 ? "''" : path)}: there is no such file or folder. Check the path.");
            }
        }

        return found;
    }

    private static void Walk(string folder, List<ImageOutcome> found)
    {
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (entry.Name.StartsWith('.'))
                {
                    continue;
                }

                string path = Path.Combine(folder, entry.Name);
                if (entry is FileInfo)
                {
                    if (Endings.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                    {
                        found.Add(new ImageOutcome(path));
                    }
                }
                else if (entry.LinkTarget is null)
                {
                    Walk(path, found);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed counts as a failed image: the others are still done, and the exit code tells.
            found.Add(new ImageOutcome(folder)
            {
                Error = new MienException("unreadableFolder", $"{folder}: the folder cannot be listed ({e.Message}). Check who may read it.", e),
            });
        }
    }
}
