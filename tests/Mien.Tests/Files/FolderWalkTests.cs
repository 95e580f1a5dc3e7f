namespace Mien.Tests;

/// <summary>The folder search that the library, <c>mien predict</c> and the data set readers share.</summary>
public sealed class FolderWalkTests : IDisposable
{
    private readonly TempFolder folder = new();

    public FolderWalkTests()
    {
        foreach (
            string name in (string[])
                ["b.png", "a.jpg", "a/x.gif", "a/.h.png", "a-1.bmp", "a/deep/y.jfif", ".git/z.png", "n.txt"]
        )
        {
            string path = Path.Combine(folder.Path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, "a-1.bmp", "a.jpg", "b.png")]
    [InlineData(1, "a-1.bmp", "a.jpg", "a/x.gif", "b.png")]
    [InlineData(2, "a-1.bmp", "a.jpg", "a/deep/y.jfif", "a/x.gif", "b.png")]
    public void Images_are_in_ordinal_order_of_the_path_without_hidden_ones(int depth, params string[] expected)
    {
        FolderEntry[] found = [.. FolderWalk.Images(folder.Path, depth)];

        Assert.Equal(expected, found.Select(e => e.Relative.Replace('\\', '/')));
        Assert.Equal(found.Select(e => Path.Join(folder.Path, e.Relative)), found.Select(e => e.Path));
        Check.All(found, e => Assert.Null(e.Error));
    }

    [Fact]
    public void Excluded_folders_are_not_searched()
    {
        var leftOut = new HashSet<string> { Path.Combine(folder.Path, "a", "deep") };

        Assert.Equal(
            ["a-1.bmp", "a.jpg", "a/x.gif", "b.png", "n.txt"],
            FolderWalk.Of(folder.Path, new Everything(), leftOut).Select(e => e.Relative.Replace('\\', '/'))
        );
    }

    [Fact]
    public void A_missing_folder_is_an_entry_with_an_error()
    {
        FolderEntry entry = Assert.Single(FolderWalk.Images(Path.Combine(folder.Path, "none"), 1));

        Assert.Equal(("", "unreadableFolder"), (entry.Relative, entry.Error?.Code));
    }

    private sealed class Everything : IFolderFilter
    {
        public bool Takes(ReadOnlySpan<char> name, bool isHidden) => !isHidden;

        public IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden) => isHidden ? null : this;
    }
}
