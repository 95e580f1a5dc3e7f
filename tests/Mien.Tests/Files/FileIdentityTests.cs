namespace Mien.Tests;

public sealed class FileIdentityTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_files_differ_and_a_path_in_other_words_is_the_same()
    {
        string one = folder.Write("a/one", "same");
        Assert.NotEqual(FileIdentity.Of(one), FileIdentity.Of(folder.Write("a/two", "same")));
        Assert.NotEqual(FileIdentity.Of(one), FileIdentity.Of(folder["a"]));
        Assert.Equal(FileIdentity.Of(one), FileIdentity.Of(folder["a/../a/one"]));
        Assert.NotEqual(FileIdentity.Of(folder["a/new"]), FileIdentity.Of(folder["a/b/new"]));
    }

    [Fact]
    public void Links_linked_folders_and_hard_links_are_the_same_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a permission on Windows.");
        string one = folder.Write("a/one", "x");
        File.CreateSymbolicLink(folder["link"], one);
        Directory.CreateSymbolicLink(folder["b"], folder["a"]);
        folder.HardLink("hard", one);
        foreach (string other in (string[])["link", "b/one", "hard"])
        {
            Assert.Equal(FileIdentity.Of(one), FileIdentity.Of(folder[other]));
        }

        // Files that are not there yet.
        Assert.Equal(FileIdentity.Of(folder["a/c/new"]), FileIdentity.Of(folder["b/c/new"]));
    }

    [Fact]
    public void Another_case_is_the_same_where_the_file_system_says_so()
    {
        string one = folder.Write("one", "x");
        Assert.Equal(File.Exists(folder["ONE"]), FileIdentity.Of(one) == FileIdentity.Of(folder["ONE"]));
    }
}
