namespace Mien.Data;

/// <summary>The names of the splits in files and folders.</summary>
internal static class SplitNames
{
    /// <summary>The expected names, for messages.</summary>
    public const string Expected = "Training, PublicTest or PrivateTest";

    /// <summary>Parses a value of the Usage column, ignoring case.</summary>
    public static bool TryParseUsage(ReadOnlySpan<byte> usage, out DatasetSplit split)
    {
        if (System.Text.Ascii.EqualsIgnoreCase(usage, "Training"u8))
        {
            split = DatasetSplit.Training;
        }
        else if (System.Text.Ascii.EqualsIgnoreCase(usage, "PublicTest"u8))
        {
            split = DatasetSplit.PublicTest;
        }
        else
        {
            split = DatasetSplit.PrivateTest;
            return System.Text.Ascii.EqualsIgnoreCase(usage, "PrivateTest"u8);
        }

        return true;
    }

    /// <summary>Parses a folder name. <c>test</c> alone may mean either test split; see <see cref="IsTest"/>.</summary>
    public static bool TryParseFolder(string folder, out DatasetSplit split)
    {
        (bool known, split) = Plain(folder) switch
        {
            "TRAINING" or "TRAIN" => (true, DatasetSplit.Training),
            "PUBLICTEST" or "VALIDATION" or "VALID" or "VAL" or "DEV" => (true, DatasetSplit.PublicTest),
            "PRIVATETEST" => (true, DatasetSplit.PrivateTest),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>Whether a folder is named <c>test</c>.</summary>
    public static bool IsTest(string folder) => Plain(folder) == "TEST";

    /// <summary>Whether a folder is a validation folder whose name is not FER2013's own.</summary>
    public static bool IsValidation(string folder) => Plain(folder) is "VALIDATION" or "VALID" or "VAL" or "DEV";

    /// <summary>Parses the prefix of the file names in Kaggle's folder form: <c>PublicTest_123.jpg</c>.</summary>
    public static bool TryParsePrefix(string file, out DatasetSplit split)
    {
        int end = file.IndexOf('_', StringComparison.Ordinal);
        split = default;
        return end > 0 && Enum.TryParse(file[..end], ignoreCase: true, out split) && char.IsLetter(file[0]);
    }

    private static string Plain(string folder) =>
        folder
            .Replace("_", "", StringComparison.Ordinal)
            .Replace("-", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal)
            .ToUpperInvariant();
}
