using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mien.Repository.Tests;

/// <summary>How files are written.</summary>
public sealed partial class FormTests
{
    private const int Columns = 120;

    [Fact]
    public void No_line_of_code_is_longer_than_120_columns() => AssertShort(SourceFile.Code, f => f.Lines);

    [Fact]
    public void No_line_of_prose_is_longer_than_120_columns()
    {
        // Model cards are written by mien-lab, whose templates are source; a paragraph is one line there.
        IEnumerable<SourceFile> written = SourceFile.Markdown.Where(f =>
            !f.Path.StartsWith("models/", StringComparison.Ordinal)
        );
        AssertShort(written, Prose);
    }

    [Fact]
    public void The_formatter_is_pinned_and_checked_where_CI_runs()
    {
        using JsonDocument tools = JsonDocument.Parse(
            File.ReadAllText(Testing.Repository.PathOf(".config/dotnet-tools.json"))
        );
        JsonElement formatter = tools.RootElement.GetProperty("tools").GetProperty("csharpier");
        Assert.Matches(@"^\d+\.\d+\.\d+$", formatter.GetProperty("version").GetString());
        Assert.False(formatter.GetProperty("rollForward").GetBoolean());

        string run = File.ReadAllText(Testing.Repository.PathOf(".ci/run"));
        Assert.Matches(@"dotnet tool restore\b[^\n]*&&[^\n]*dotnet csharpier check \.", run);
        Assert.Contains(
            $"max_line_length = {Columns}",
            File.ReadAllText(Testing.Repository.PathOf(".editorconfig")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void No_test_asserts_something_of_every_item_of_a_list_that_may_be_empty()
    {
        string bare = "Assert" + ".All(";
        IEnumerable<SourceFile> tests = SourceFile.CSharp.Where(f =>
            f.Path.StartsWith("tests/", StringComparison.Ordinal) && !f.EndsWith("Mien.Testing/Running/Check.cs")
        );
        var found = Check.NotEmpty(tests).Where(f => f.Text.Contains(bare, StringComparison.Ordinal));
        Assert.Empty(found);
    }

    private static void AssertShort(IEnumerable<SourceFile> files, Func<SourceFile, IEnumerable<string>> lines) =>
        Assert.Empty(
            Check
                .NotEmpty(files)
                .SelectMany(f => lines(f).Select((line, i) => (f.Path, Number: i + 1, line.TrimEnd('\r').Length)))
                .Where(line => line.Length > Columns)
                .Select(line => $"{line.Path}:{line.Number} has {line.Length} columns")
        );

    /// <summary>
    /// The lines; empty where they are code, a table's row or an image, and without the targets of links.
    /// </summary>
    private static IEnumerable<string> Prose(SourceFile file)
    {
        bool code = false;
        foreach (string line in file.Lines)
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                code = !code;
            }

            yield return code || line.StartsWith('|') || line.StartsWith("![", StringComparison.Ordinal)
                ? ""
                : LinkTarget().Replace(line, "]");
        }

        Assert.False(code, $"{file.Path} does not close a block of code.");
    }

    [GeneratedRegex(@"\]\([^()]*\)")]
    private static partial Regex LinkTarget();
}
