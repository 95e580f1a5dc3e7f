namespace Mien.Data;

/// <summary>Reads the folder form of <see cref="LabelledPhotos"/>.</summary>
internal static class LabelledPhotoFolder
{
    public static List<LabelledPhoto> Read(ReadSession session, LabelNames names)
    {
        session.Report.Format = DatasetFormat.ImageTree;
        string root = session.Path;
        string[] paths = FolderDatasetReader.Paths(session, LabelledPhotos.Expected);
        Array.Sort(paths, StringComparer.Ordinal);
        int[] levels = Array.ConvertAll(paths, p => ClassLevel(p, names));

        // In a folder in which some photos have a split, a photo without one is a mistake.
        bool hasSplits =
            session.Options.DefaultSplit is not null
            || paths.Where((p, i) => ImageTreeItem.HasSplit(p, Math.Max(1, levels[i]))).Any();
        bool hasValidation = paths
            .Where((p, i) => SplitNames.IsValidation(ImageTreeItem.Folder(p, Math.Max(1, levels[i]) + 1)))
            .Any();
        var photos = new List<LabelledPhoto>(paths.Length);
        for (int i = 0; i < paths.Length; i++)
        {
            string source = Path.Combine(root, paths[i]);
            if (levels[i] == 0)
            {
                Unknown(paths[i], source, session, names);
                continue;
            }

            DatasetSplit? split = hasSplits
                ? ImageTreeItem.SplitOf(paths[i], source, levels[i], hasValidation, session)
                : null;
            if (!hasSplits || split is not null)
            {
                string text = ImageTreeItem.Folder(paths[i], levels[i]);
                _ = names.TryFind(text, out int place);
                photos.Add(
                    LabelledPhoto.Of(source, text, place, names) with
                    {
                        Folder = OtherFolders(paths[i], levels[i]),
                        Split = split,
                    }
                );
            }
        }

        return photos;
    }

    /// <summary>
    /// How many levels above the photo its class folder is; 0 if there is none. A name comes before a number, which
    /// may as well be a person's.
    /// </summary>
    private static int ClassLevel(string path, LabelNames names)
    {
        int number = 0;
        int folders = path.Count(c => c == '/');
        for (int level = 1; level <= folders; level++)
        {
            string folder = ImageTreeItem.Folder(path, level);
            if (names.TryFind(folder, out _))
            {
                if (folder.Trim().Length > 1)
                {
                    return level;
                }

                number = number == 0 ? level : number;
            }
        }

        return number;
    }

    /// <summary>Reports a photo in no class folder; its folder that is most like a label is named.</summary>
    private static void Unknown(string path, string source, ReadSession session, LabelNames names)
    {
        string[] folders = path.Split('/')[..^1];
        string named = folders.LastOrDefault(f => names.Nearest(f) is not null) ?? folders.LastOrDefault() ?? "";
        string message = $"{source}: {names.Unknown("no folder above it is a label: the folder", named)}";
        var row = new BadRow(BadRow.UnknownLabel, source, message) { Label = named };
        session.Bad("unknownClass", message, row: row);
    }

    /// <summary>The folders that are neither the class nor a split.</summary>
    private static string? OtherFolders(string path, int level)
    {
        string[] folders = path.Split('/')[..^1];
        int at = folders.Length - level;
        string[] others = [.. folders.Where((f, i) => i != at && !(i < at && ImageTreeItem.IsSplit(f)))];
        return others.Length == 0 ? null : string.Join('/', others);
    }
}
