using System.Text.RegularExpressions;

namespace Mien.Repository.Tests;

/// <summary>Words that were replaced by the field's terms must not return.</summary>
public sealed partial class WordingTests
{
    /// <summary>Constructions of our own that no glossary entry covers; a space stands for any white space.</summary>
    private static readonly string[] Constructions =
    [
        // "a line a face", "an object an image": one line per face
        @"\b(a|an) (row|line|object|record|point|entry|file|key|bias|pass|chart|probabilities) an? [a-z]+",
        @"\b(probabilities|images|milliseconds|faces|epochs|runs|seeds|bits|bytes|frames|requests|photos) an? "
            + "(face|image|step|second|processor|core|pass|phase|class|layer|minute|epoch|setting)\\b",
        @"\bbut where\b",
        @"\bwhich else\b",
        @"\bmay stand\b",
        @"\bthat nobody\b",
        @"\bso many\b",
        @"\bhow it bears\b",
        @"\bnames? (the )?most probable\b",
        @"\bwhat (the|a) training came to\b",
        @"\bshape of the house\b",
        @"\bnull</c>: nothing\b",
        @"\bno picture that\b",
        @"\bget it again\b",
        @"\bcomes out of it\b",
    ];

    [Fact]
    public void Replaced_words_do_not_return()
    {
        var words = Glossary()
            .Select(word => $@"(?<!\w){Regex.Escape(word).Replace(@"\ ", " ", StringComparison.Ordinal)}(?!\w)")
            .Concat(Constructions)
            .Select(pattern => new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
            .ToArray();
        IEnumerable<SourceFile> files = SourceFile.All.Where(IsRead);
        Assert.Empty(
            from file in Check.NotEmpty(files)
            let text = Flat(file)
            from word in words
            from match in word.Matches(text)
            select $"{file.Path}: '{match.Value}' in '{Around(text, match)}'"
        );
    }

    [Fact]
    public void The_glossary_names_words_that_are_replaced() => Assert.InRange(Glossary().Length, 30, 200);

    /// <summary>
    /// The last column of the glossary in CONTRIBUTING.md, without the prefixes of names, which end with dots.
    /// </summary>
    private static string[] Glossary() =>
        [
            .. GlossarySection()
                .Match(File.ReadAllText(Testing.Repository.PathOf("CONTRIBUTING.md")))
                .Value.Split('\n')
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Skip(2)
                .SelectMany(line => line.TrimEnd().TrimEnd('|').Split('|')[^1].Split(','))
                .Select(word => word.Trim())
                .Where(word => word.Length > 0 && !word.EndsWith('…')),
        ];

    private static bool IsRead(SourceFile file) =>
        (
            SourceFile.Code.Contains(file) && !file.EndsWith("/WordingTests.cs")
            || file.EndsWith(".md")
            || file.Path.StartsWith("recipes/", StringComparison.Ordinal)
            || file.Path.StartsWith("experiments/", StringComparison.Ordinal)
            || file.EndsWith("openapi/v1.json")
        )
        // What was written on a date stays as it was.
        && file.Path != "CHANGELOG.md"
        && !file.Path.StartsWith("benchmarks/results/", StringComparison.Ordinal);

    /// <summary>The text in one line, so that a phrase is found across lines, comments and parts of a string.</summary>
    private static string Flat(SourceFile file)
    {
        string text = file.Path == "CONTRIBUTING.md" ? GlossarySection().Replace(file.Text, "") : file.Text;
        return Breaks().Replace(text, " ");
    }

    private static string Around(string text, Match match)
    {
        int start = Math.Max(0, match.Index - 40);
        return text[start..Math.Min(text.Length, match.Index + match.Length + 40)];
    }

    [GeneratedRegex(@"(?<=^## Glossary\n).*?(?=^## |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex GlossarySection();

    [GeneratedRegex(@"(""\s*\r?\n\s*\+ \$?"")|(\s*\r?\n\s*(///?|\*|#|//)?\s*)|\s{2,}")]
    private static partial Regex Breaks();
}
