using System.CommandLine;
using Mien.Data;

namespace Mien.CommandLine;

/// <summary>
/// How labelled images are read; each command gets its own instances. Splits are texts, which <see cref="SplitOf"/>
/// reads, since options of other types are compiled at every start.
/// </summary>
internal static class ReadingOptions
{
    /// <summary>The names of the splits.</summary>
    public static IReadOnlyList<string> Splits { get; } = Enum.GetNames<DatasetSplit>();

    public static Option<bool> SkipBadRows(string description) => new("--skip-bad-rows") { Description = description };

    public static Option<string?> TestFolderSplit() =>
        Split("--test-folder-split", "The split of images in a folder 'test' whose names do not tell it.");

    public static Option<string?> DefaultSplit() =>
        Split("--default-split", "The split of images for which nothing names one.");

    /// <summary>The split of an option's checked value; <c>null</c> where none is given.</summary>
    public static DatasetSplit? SplitOf(string? name) =>
        name is null ? null : Enum.Parse<DatasetSplit>(name, ignoreCase: true);

    private static Option<string?> Split(string name, string description)
    {
        var option = new Option<string?>(name) { HelpName = string.Join('|', Splits), Description = description };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Splits]);
        return option;
    }
}
