using System.Globalization;

namespace Mien.Video.Benchmarks;

/// <summary>Writes text and tables to the standard output immediately.</summary>
internal static class Markdown
{
    public static void Line(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    public static void Heading(string text) => Console.WriteLine($"\n## {text}\n");

    /// <summary>Writes the head of a table; the first column holds names, the others numbers.</summary>
    public static void Head(params IEnumerable<string> columns)
    {
        Row(columns);
        Console.WriteLine("| --- |" + string.Concat(Enumerable.Repeat(" ---: |", columns.Count() - 1)));
    }

    public static void Row(params IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
