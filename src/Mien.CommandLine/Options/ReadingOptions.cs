using System.CommandLine;
using Mien.Data;

namespace Mien.CommandLine;

/// <summary>
/// Options for reading labelled images; each command gets its own instances. Splits are strings parsed by
/// <see cref="SplitOf"/>, because System.CommandLine compiles options of other types at every start.
/// </summary>
internal static class ReadingOptions
{
    /// <summary>The names of the splits.</summary>
    public static IReadOnlyList<string> Splits { get; } = Enum.GetNames<DatasetSplit>();

    public static Option<bool> SkipBadRows(string description) => new("--skip-bad-rows") { Description = description };

    public static Option<string?> TestFolderSplit() =>
        Split(
            "--test-folder-split",
            "Split of images in a folder 'test' whose file names do not begin with PublicTest_ or PrivateTest_."
        );

    public static Option<string?> DefaultSplit() =>
        Split("--default-split", "Split of images for which the data gives none.");

    /// <summary>Parses the validated value of an option; <c>null</c> if it was not given.</summary>
    public static DatasetSplit? SplitOf(string? name) =>
        name is null ? null : Enum.Parse<DatasetSplit>(name, ignoreCase: true);

    private static Option<string?> Split(string name, string description)
    {
        var option = new Option<string?>(name) { HelpName = string.Join('|', Splits), Description = description };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Splits]);
        return option;
    }
}
