namespace Mien.Data.Internals;

/// <summary>The names of the splits in files and folders.</summary>
internal static class SplitNames
{
    /// <summary>What messages say is expected.</summary>
    public const string Expected = "Training, PublicTest or PrivateTest";

    /// <summary>Reads a value of the Usage column, in any case.</summary>
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
}
