namespace Mien.Tests;

/// <summary>
/// The public API of the package changes only on purpose: the committed snapshot is reviewed together with the change.
/// </summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_API_matches_the_committed_snapshot()
    {
        string file = Path.Combine(Repository.Root, "tests", "Mien.Tests", "PublicApi.txt");
        string current = PublicApi.Of(typeof(FaceExpressionRecognizer).Assembly);
        if (Environment.GetEnvironmentVariable("MIEN_UPDATE_API") == "1")
        {
            File.WriteAllText(file, current);
            return;
        }

        Assert.True(File.Exists(file), Advice("There is no snapshot."));
        string[] expected = File.ReadAllLines(file),
            actual = current.TrimEnd('\n').Split('\n');
        string[] removed = [.. expected.Where(l => l.Length > 0).Except(actual).Select(l => "- " + l.Trim())];
        string[] added = [.. actual.Except(expected).Select(l => "+ " + l.Trim())];
        Assert.True(removed.Length + added.Length == 0, Advice(string.Join('\n', [.. removed, .. added])));

        // The same lines may have moved to another type.
        Assert.True(current.TrimEnd('\n') == string.Join('\n', expected).TrimEnd('\n'), Advice("Lines have moved."));
    }

    private static string Advice(string difference) =>
        $"The public API of Mien differs from tests/Mien.Tests/PublicApi.txt:\n{difference}\nIf that is intended, "
        + $"run this test with MIEN_UPDATE_API=1 and commit the file.";
}
