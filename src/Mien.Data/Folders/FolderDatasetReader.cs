namespace Mien.Data;

/// <summary>Reads a folder: a tree of images, or a folder that contains a known data file.</summary>
internal static class FolderDatasetReader
{
    private static readonly string[] KnownFiles =
    [
        "fer2013.csv",
        "fer2013.csv.gz",
        "icml_face_data.csv",
        "fer2013.tar.gz",
    ];

    // split/class/file, and a few levels above it as archives unpack. The limit avoids walking a whole disk by mistake.
    private const int Depth = 6;

    public static FaceDataset Read(ReadSession session)
    {
        string root = session.Path;
        if (FileOf(root) is { } file)
        {
            return DatasetFileReader.Read(file, session);
        }

        string[] images = Paths(session, DatasetFileReader.Expected);
        return ImageTree.Read(
            images,
            name => File.ReadAllBytes(Path.Combine(root, name)),
            name => Path.Combine(root, name),
            session
        );
    }

    /// <summary>The file of FER2013 in a folder; <c>null</c> if there is none.</summary>
    public static string? FileOf(string folder) =>
        KnownFiles.Select(f => Path.Combine(folder, f)).FirstOrDefault(IsFile);

    /// <summary>The images' paths in the folder, with '/'; at least one, in the order of the search.</summary>
    /// <param name="session">The folder; unusable entries are bad rows.</param>
    /// <param name="expected">What the folder should have held, for messages.</param>
    /// <exception cref="DataException">There is no image, or the folder cannot be read.</exception>
    public static string[] Paths(ReadSession session, string expected)
    {
        string root = session.Path;
        try
        {
            string[] images = [.. Images(session)];
            return images.Length > 0
                ? images
                : throw session.Error("noImages", $"{root} is a folder without images ({Contents(root)}); {expected}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                ErrorKind.Unavailable,
                "cannotRead",
                $"{root} cannot be read: {e.Message}",
                session.Path,
                innerException: e
            );
        }
    }

    private static bool IsFile(string path) => File.Exists(path) && SpecialFile.KindOf(path) is null;

    private static IEnumerable<string> Images(ReadSession session)
    {
        foreach (FolderEntry entry in FolderWalk.Images(session.Path, Depth))
        {
            string name = entry.Relative.Replace(Path.DirectorySeparatorChar, '/');
            if (entry.Error is { Code: "notAFile" } skipped)
            {
                session.Bad(skipped.Code, skipped.Message.TrimEnd('.'), cause: skipped);
            }
            else if (entry.Error is { } error)
            {
                throw session.Error("cannotRead", error.Message, cause: error);
            }
            else if (ImageTree.IsImage(name))
            {
                yield return name;
            }
        }
    }

    private static string Contents(string root)
    {
        const int Shown = 5;
        string[] names =
        [
            .. Directory
                .EnumerateFileSystemEntries(root)
                .Select(e => Path.GetFileName(e)!)
                .Order(StringComparer.Ordinal),
        ];
        return names.Length == 0
            ? "it is empty"
            : $"it contains {string.Join(", ", names.Take(Shown))}{(names.Length > Shown ? ", …" : "")}";
    }
}
