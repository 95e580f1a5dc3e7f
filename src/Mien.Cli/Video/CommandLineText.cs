using System.CommandLine;

namespace Mien.Cli;

/// <summary>Writes command lines that a user can paste into a shell.</summary>
internal static class CommandLineText
{
    /// <summary>The command line of a run, with an option added unless it is there.</summary>
    /// <param name="program">The name of the program.</param>
    /// <param name="parsed">The arguments.</param>
    /// <param name="added">The option, which takes no value.</param>
    public static string Of(string program, ParseResult parsed, Option<bool> added)
    {
        IEnumerable<string> words = parsed.Tokens.Select(t => t.Value).Prepend(program);
        return string.Join(' ', (parsed.GetValue(added) ? words : words.Append(added.Name)).Select(Quote));
    }

    private static string Quote(string word) =>
        word.Length > 0
        && word.All(c => char.IsLetterOrDigit(c) || "-_./:=,+@%\\".Contains(c, StringComparison.Ordinal))
            ? OperatingSystem.IsWindows() || !word.Contains('\\', StringComparison.Ordinal)
                ? word
                : $"'{word}'"
            : OperatingSystem.IsWindows()
                ? $"\"{word}\""
                : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
