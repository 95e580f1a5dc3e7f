namespace Mien.Data;

/// <summary>One image of a folder tree, with the label and split from its folders.</summary>
/// <param name="Path">The relative path with '/'.</param>
/// <param name="Source">The full name, for messages.</param>
/// <param name="Label">The expression, 0..6.</param>
/// <param name="Split">The split.</param>
internal sealed record ImageTreeItem(string Path, string Source, byte Label, DatasetSplit Split)
{
    /// <summary>Determines label and split of all paths; paths without them are bad rows.</summary>
    /// <param name="paths">Relative paths with '/'.</param>
    /// <param name="label">Returns the file's full name.</param>
    /// <param name="session">Options and report.</param>
    public static List<ImageTreeItem> Find(string[] paths, Func<string, string> label, ReadSession session)
    {
        var items = new List<ImageTreeItem>(paths.Length);
        bool hasValidation = Array.Exists(paths, p => SplitNames.IsValidation(Folder(p, 2)));
        foreach (string path in paths)
        {
            string source = label(path);
            string classFolder = Folder(path, 1);
            if (!TryParseLabel(classFolder, out byte expression))
            {
                session.Bad(
                    "unknownClass",
                    $"{source}: the folder name '{classFolder}' is not an expression, "
                        + $"expected {string.Join(", ", Expressions.Names)} or 0 to 6, in folders split/class"
                );
                continue;
            }

            if (SplitOf(path, source, 1, hasValidation, session) is { } split)
            {
                items.Add(new ImageTreeItem(path, source, expression, split));
            }
        }

        return items;
    }

    /// <summary>Whether the folder above an image's class folder names a split.</summary>
    /// <param name="path">The relative path with '/'.</param>
    /// <param name="level">How many levels above the file the class folder is.</param>
    public static bool HasSplit(string path, int level = 1) => IsSplit(Folder(path, level + 1));

    /// <summary>Whether a folder's name is that of a split.</summary>
    public static bool IsSplit(string folder) => SplitNames.TryParseFolder(folder, out _) || SplitNames.IsTest(folder);

    /// <summary>Parses a label of a folder or a file: the name of an expression, or 0 to 6.</summary>
    public static bool TryParseLabel(string text, out byte label)
    {
        bool known = Expressions.TryParse(text, out Expression expression);
        label = (byte)expression;
        if (text is [>= '0' and <= '6' and var digit])
        {
            label = (byte)(digit - '0');
            known = true;
        }

        return known;
    }

    /// <summary>The split, or <c>null</c> for a bad row.</summary>
    public static DatasetSplit? SplitOf(string path, string source, int level, bool hasValidation, ReadSession session)
    {
        string folder = Folder(path, level + 1);
        if (SplitNames.TryParseFolder(folder, out DatasetSplit split))
        {
            return split;
        }

        if (SplitNames.IsTest(folder))
        {
            if (SplitNames.TryParsePrefix(ImageTree.FileName(path), out split))
            {
                return split;
            }

            return session.Options.TestFolderSplit
                ?? (
                    hasValidation
                        ? DatasetSplit.PrivateTest
                        : throw session.Error(
                            "whichSplit",
                            $"{source}: the folder 'test' may be PublicTest, PrivateTest or both, and the "
                                + $"file name does not say (expected a prefix PublicTest_ or PrivateTest_). Set "
                                + $"the split (TestFolderSplit, --test-folder-split), or move the files into "
                                + $"folders PublicTest and PrivateTest."
                        )
                );
        }

        if (session.Options.DefaultSplit is { } given)
        {
            return given;
        }

        session.Bad(
            "unknownSplit",
            folder.Length == 0
                ? $"{source}: no folder above the class folder names a split, expected folders "
                    + $"split/class with {SplitNames.Expected} (or train, validation, test), or the split of all "
                    + $"images (DefaultSplit, --default-split)"
                : $"{source}: the folder name '{folder}' is not a split, expected {SplitNames.Expected} (or "
                    + $"train, validation, test), or the split of all images (DefaultSplit, --default-split)"
        );
        return null;
    }

    /// <summary>
    /// The name of the folder a number of levels above the file (1: the file's own folder); empty if there is none.
    /// </summary>
    public static string Folder(string path, int level)
    {
        string[] parts = path.Split('/');
        return parts.Length > level ? parts[^(level + 1)] : "";
    }
}
