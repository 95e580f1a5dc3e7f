using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien.Cli;

/// <summary>The name of a Parquet part: <c>part-0003-of-0100-000007.parquet</c>.</summary>
/// <param name="Shard">The name of the shard that wrote it.</param>
/// <param name="Number">The number of the part within the shard, from 0.</param>
internal readonly partial record struct PartName(string Shard, int Number)
{
    public const string Ending = ".parquet";

    /// <summary>The name of the only shard of a run without <c>--shard</c>.</summary>
    public static string Unsharded { get; } = new Shard(0, 1).Name;

    public string File => string.Create(CultureInfo.InvariantCulture, $"part-{Shard}-{Number:D6}{Ending}");

    /// <summary>Parses the name of a file; <c>null</c> if it is not the name of a part.</summary>
    public static PartName? Parse(string file) =>
        Pattern.Match(file) is { Success: true } match
        && int.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out int number)
        && new PartName(match.Groups[1].Value, number) is var name
        && name.File == file
            ? name
            : null;

    /// <summary>The shard that the name of an output file tells; <c>null</c> if it tells none.</summary>
    public static Shard? ShardOf(string file) =>
        ShardPattern.Match(file) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int index)
        && int.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out int count)
        && index < count
            ? new Shard(index, count)
            : null;

    [GeneratedRegex(@"^part-([0-9]{4,9}-of-[0-9]{4,9})-([0-9]{6,9})\.parquet$")]
    private static partial Regex Pattern { get; }

    [GeneratedRegex("(?<![0-9])([0-9]{4,9})-of-([0-9]{4,9})(?![0-9])")]
    private static partial Regex ShardPattern { get; }
}
