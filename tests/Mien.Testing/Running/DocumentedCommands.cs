using System.CommandLine;
using System.Text.RegularExpressions;

namespace Mien.Testing;

/// <summary>The command lines of a program in the READMEs, the docs and the model cards.</summary>
internal static partial class DocumentedCommands
{
    /// <summary>Asserts that a program accepts all documented command lines.</summary>
    /// <param name="root">The root command of the program.</param>
    /// <param name="program">The name of the program, such as <c>mien</c>.</param>
    /// <param name="project">The folder of its project, as in <c>dotnet run --project</c>.</param>
    public static void AssertAccepted(RootCommand root, string program, string project)
    {
        var found = Files().SelectMany(file => In(file, program, project));
        Testing.Check.All(
            found,
            line =>
            {
                AssertKnown(root, line.Place, line.Args);
                if (line.IsWhole)
                {
                    ParseResult parsed = root.Parse(
                        line.Args,
                        new ParserConfiguration { ResponseFileTokenReplacer = null }
                    );
                    Assert.True(
                        parsed.Errors.Count == 0,
                        $"{line.Place}: {program} {string.Join(' ', line.Args)}: {string.Join(' ', parsed.Errors)}"
                    );
                }
            }
        );
    }

    /// <summary>
    /// Asserts that commands and options exist; arguments may be placeholders, and the end of the line may be omitted.
    /// </summary>
    private static void AssertKnown(Command command, string place, string[] args)
    {
        List<Option> options = [.. command.Options];
        bool isCommand = true;
        foreach (string arg in args)
        {
            if (arg.StartsWith('-') && arg != "--")
            {
                string name = arg.Split('=')[0];
                isCommand = false;
                Assert.True(
                    double.TryParse(name.Split("..")[0], out _)
                        || options.Any(o => o.Name == name || o.Aliases.Contains(name)),
                    $"{place}: '{command.Name}' has no option {name}."
                );
            }
            else if (isCommand && command.Subcommands.Count > 0)
            {
                Command? inner = command.Subcommands.FirstOrDefault(c => c.Name == arg || c.Aliases.Contains(arg));
                Assert.True(inner is not null, $"{place}: '{command.Name}' has no command {arg}.");
                options = [.. options.Where(o => o.Recursive), .. inner.Options];
                command = inner;
            }
        }
    }

    private static IEnumerable<string> Files() =>
        new[] { "README.md", "CONTRIBUTING.md", "samples/README.md" }
            .Select(Repository.PathOf)
            .Concat(
                new[] { "docs", "src", "models" }.SelectMany(folder =>
                    Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories)
                )
            )
            .Where(file =>
                !file.Split(Path.DirectorySeparatorChar).Any(part => part is "node_modules" or "obj" or "bin")
            );

    private static IEnumerable<(string Place, string[] Args, bool IsWhole)> In(
        string file,
        string program,
        string project
    )
    {
        string[] lines = File.ReadAllLines(file);
        bool inBlock = false;
        for (int i = 0; i < lines.Length; i++)
        {
            string place = $"{Path.GetRelativePath(Repository.Root, file)}:{i + 1}";
            if (lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                inBlock = !inBlock;
                continue;
            }

            IEnumerable<string> commands = inBlock
                ? [lines[i]]
                : Spans().Matches(lines[i]).Select(m => m.Groups[1].Value);
            foreach (string command in commands)
            {
                if (Args(command, program, project) is { } args)
                {
                    bool whole =
                        inBlock && !args.Any(a => a.Contains('…', StringComparison.Ordinal) || a.StartsWith('['));
                    yield return (place, [.. args.Where(a => a != "…" && !a.StartsWith('['))], whole);
                }
            }
        }
    }

    /// <summary>
    /// Splits a line into arguments as a shell does, without comments; null if it is not a command of the program.
    /// </summary>
    private static string[]? Args(string line, string program, string project)
    {
        string[] words =
        [
            .. Words()
                .Matches(line.Trim())
                .Select(m => m.Value.Trim('"', '\''))
                .TakeWhile(w => !w.StartsWith('#') && w is not ("|" or ">" or "&&" or ";")),
        ];
        if (words is [var first, .. var rest] && first == program)
        {
            return rest;
        }

        int at = Array.IndexOf(words, "--");
        return words is ["dotnet", "run", ..] && at > 0 && words[at - 1] == project ? words[(at + 1)..] : null;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Spans();

    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex Words();
}
