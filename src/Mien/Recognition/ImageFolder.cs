namespace Mien;

/// <summary>Finds the images in a folder, one at a time. Thread-safe.</summary>
internal static class ImageFolder
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp", ".gif"];

    // What cannot be read is told, not left out.
    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = false };

    /// <summary>Walks a folder; only the folders that are still to come are kept in memory.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">
    /// Whether the folders in it are walked too, but not links to folders, which may lead back.
    /// </param>
    /// <returns>
    /// Its images in the file system's order, then those of the folders in it; and folders that cannot be read, with
    /// the error.
    /// </returns>
    /// <exception cref="MienException">The folder itself cannot be read.</exception>
    public static IEnumerable<ImageFolderEntry> Walk(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
        {
            throw File.Exists(folder)
                ? new MienException(
                    "notAFolder",
                    $"{folder}: is a file, expected a folder of images. Name the folder it is in, or recognize "
                        + $"the file itself."
                )
                : new MienException("folderNotFound", $"{folder}: there is no such folder. Check the path.");
        }

        var waiting = new Stack<string>([folder]);
        while (waiting.TryPop(out string? current))
        {
            var found = new List<string>();
            using IEnumerator<FileSystemInfo>? entries = Try(
                () => new DirectoryInfo(current).EnumerateFileSystemInfos("*", Visible).GetEnumerator(),
                current,
                out MienException? error
            );
            while (error is null && Try(entries!.MoveNext, current, out error))
            {
                FileSystemInfo entry = entries!.Current;
                string path = Path.Join(current, entry.Name);
                if ((entry.Attributes & FileAttributes.Directory) == 0)
                {
                    if (Endings.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                    {
                        yield return new ImageFolderEntry(path, null);
                    }
                }
                else if (recursive && entry.LinkTarget is null)
                {
                    found.Add(path);
                }
            }

            if (error is not null)
            {
                yield return current != folder ? new ImageFolderEntry(current, error) : throw error;
            }

            for (int i = found.Count - 1; i >= 0; i--)
            {
                waiting.Push(found[i]);
            }
        }
    }

    private static T? Try<T>(Func<T> read, string folder, out MienException? error)
    {
        error = null;
        try
        {
            return read();
        }
        catch (UnauthorizedAccessException e)
        {
            error = new MienException(
                "noPermission",
                $"{folder}: no permission to list the folder. Check who may read it.",
                e
            );
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            error = new MienException(
                "badPath",
                $"'{folder}' is not a path of a folder ({e.Message}). Check the path.",
                e
            );
        }
        catch (IOException e)
        {
            error = new MienException(
                "unreadableFolder",
                $"{folder}: the folder cannot be listed ({e.Message}). Check the disk, and that nobody moves "
                    + $"it meanwhile.",
                e
            );
        }

        return default;
    }
}
