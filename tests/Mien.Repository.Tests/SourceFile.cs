using System.Collections.Immutable;

namespace Mien.Repository.Tests;

/// <summary>A file of the repository that people write and read.</summary>
/// <param name="Path">From the root, with slashes.</param>
public sealed record SourceFile(string Path)
{
    /// <summary>Endings of the languages that are written here; JSON and CSV hold data.</summary>
    private static readonly string[] CodeEndings =
    [
        ".cs",
        ".css",
        ".html",
        ".js",
        ".mjs",
        ".proto",
        ".py",
        ".sh",
        ".csproj",
        ".proj",
        ".props",
        ".targets",
        ".slnx",
        ".yaml",
        ".yml",
        "Dockerfile",
        ".ci/run",
    ];

    private static readonly Lazy<ImmutableArray<SourceFile>> Files = new(() =>
        [.. Walk("").Select(path => new SourceFile(path)).OrderBy(file => file.Path, StringComparer.Ordinal)]
    );

    /// <summary>Every file but those in folders that .gitignore names.</summary>
    public static IReadOnlyList<SourceFile> All => Files.Value;

    public static IReadOnlyList<SourceFile> Code { get; } = [.. All.Where(f => CodeEndings.Any(f.EndsWith))];

    public static IReadOnlyList<SourceFile> CSharp { get; } = [.. All.Where(f => f.EndsWith(".cs"))];

    public static IReadOnlyList<SourceFile> Markdown { get; } = [.. All.Where(f => f.EndsWith(".md"))];

    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    public string Text => File.ReadAllText(Testing.Repository.PathOf(Path));

    public string[] Lines => Text.Split('\n');

    public bool EndsWith(string ending) => Path.EndsWith(ending, StringComparison.Ordinal);

    public override string ToString() => Path;

    private static IEnumerable<string> Walk(string folder)
    {
        HashSet<string> ignored =
        [
            .. File.ReadLines(Testing.Repository.PathOf(".gitignore"))
                .Where(line => line.EndsWith('/'))
                .Select(line => line.TrimEnd('/')),
            ".git",
        ];
        bool IsIgnored(string prefix, string name) => ignored.Contains(name) || ignored.Contains(prefix + name);
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out string? next))
        {
            var here = new DirectoryInfo(Testing.Repository.PathOf(next));
            string prefix = next.Length == 0 ? "" : next + "/";
            foreach (DirectoryInfo inner in here.EnumerateDirectories().Where(d => !IsIgnored(prefix, d.Name)))
            {
                folders.Push(prefix + inner.Name);
            }

            foreach (FileInfo file in here.EnumerateFiles())
            {
                yield return prefix + file.Name;
            }
        }
    }
}
