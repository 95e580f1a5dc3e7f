using System.Text.RegularExpressions;

namespace Mien.Repository.Tests;

/// <summary>How the repository is laid out.</summary>
public sealed partial class LayoutTests
{
    private const int FilesInAFolder = 20;
    private const int LinesInAFile = 450;

    [Fact]
    public void No_folder_holds_more_than_20_source_files()
    {
        IReadOnlyList<(string Folder, int Count)> folders = Check.NotEmpty(
            SourceFile.Code.GroupBy(f => f.Folder).Select(g => (g.Key, g.Count()))
        );
        var full = folders.Where(f => f.Count > FilesInAFolder);
        Assert.Empty(full);
    }

    [Fact]
    public void No_source_file_is_longer_than_450_lines()
    {
        var tooLong = Check
            .NotEmpty(SourceFile.CSharp)
            .Select(f => (f.Path, f.Lines.Length))
            .Where(f => f.Length > LinesInAFile + 1);
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Testing.Repository.PathOf("Mien.slnx"));
        string[] inIt = [.. Projects().Matches(solution).Select(m => m.Groups[1].Value)];
        Assert.Equal(
            SourceFile.All.Where(f => f.EndsWith(".csproj")).Select(f => f.Path),
            inIt.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Shared_test_helpers_are_in_Mien_Testing()
    {
        IEnumerable<SourceFile> projects = SourceFile.All.Where(f =>
            f.EndsWith(".csproj")
            && (
                f.Path.StartsWith("tests/", StringComparison.Ordinal)
                || f.Path.StartsWith("benchmarks/", StringComparison.Ordinal)
            )
        );
        Check.All(projects, f => Assert.DoesNotContain("<Compile Include", f.Text, StringComparison.Ordinal));
        Assert.DoesNotContain(
            "torch",
            File.ReadAllText(Testing.Repository.PathOf("tests/Mien.Testing/Mien.Testing.csproj")),
            StringComparison.OrdinalIgnoreCase
        );
        IEnumerable<SourceFile> others = SourceFile.CSharp.Where(f => !f.EndsWith("/LayoutTests.cs"));
        Assert.Single(others, f => f.Text.Contains("\"Mien" + ".slnx\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("Project Path=\"([^\"]+)\"")]
    private static partial Regex Projects();
}
