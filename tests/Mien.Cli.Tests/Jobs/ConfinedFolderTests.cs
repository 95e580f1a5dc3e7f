namespace Mien.Cli.Tests;

/// <summary>Which paths lead out of a folder.</summary>
public sealed class ConfinedFolderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly ConfinedFolder root;

    public ConfinedFolderTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows allows links to administrators only.");
        folder.Write("root/a/b.png", "");
        folder.Write("root-beside/b.png", "");
        root = new ConfinedFolder(folder["root"]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a/b.png", "a/b.png")]
    [InlineData("a//./b.png", "a/b.png")]
    [InlineData("none/c.png", "none/c.png")] // what does not exist is found missing when it is read
    [InlineData("...", "...")]
    [InlineData("a\\..\\b.png", "a\\..\\b.png")] // a name on Unix
    public void Paths_inside_are_found(string path, string expected) =>
        Assert.Equal(folder[$"root/{expected}"], root.FindFile(path));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../root-beside/b.png")]
    [InlineData("a/../../root-beside/b.png")]
    [InlineData("a/../a/b.png")] // leads back, but no manifest of ours has it
    [InlineData("/etc/hostname")]
    [InlineData("/")]
    [InlineData("a\0b")]
    public void Paths_outside_are_not(string path) => Assert.Null(root.FindFile(path));

    [Fact]
    public void Links_count_by_where_they_lead()
    {
        Link("root/in", folder["root/a"]);
        Link("root/relative", "a");
        Link("root/a/up", "..");
        Link("root/beside", "../root-beside");
        Link("root/away", folder["root-beside"]);
        Link("root/file.png", folder["root-beside/b.png"]);
        Link("root/chain", "away");
        Link("root/loop", "loop");
        Link("root/broken", "/no/such/file");
        Link("link-to-root", "root");

        Check.All(
            (string[])["in/b.png", "relative/b.png", "a/up/a/b.png", "a/up/in/b.png"],
            p => Assert.Equal(folder["root/a/b.png"], root.FindFile(p))
        );
        Check.All(
            (string[])["beside/b.png", "away/b.png", "file.png", "chain/b.png", "loop", "broken", "a/up/away/b.png"],
            p => Assert.Null(root.FindFile(p))
        );
        Assert.Equal(folder["root/a/b.png"], new ConfinedFolder(folder["link-to-root"]).FindFile("in/b.png"));
    }

    [Fact]
    public void Folders_for_results_are_this_one_and_those_below()
    {
        Link("root/away", folder["root-beside"]);
        Assert.Equal(folder["root"], root.FindFolder(""));
        Assert.Equal(folder["root"], root.FindFolder("."));
        Assert.Equal(folder["root/new/er"], root.FindFolder("new/er"));
        Assert.Equal(folder["root/new"], root.FindFolder(folder["root/new"]));
        Check.All(
            (string[])["..", "../root-beside", folder["root-beside"], "/", "away", "away/new", "new/../../x", "a\0"],
            p => Assert.Null(root.FindFolder(p))
        );
    }

    [Fact]
    public void The_root_of_the_file_system_contains_everything()
    {
        var all = new ConfinedFolder("/");
        Assert.Equal("/no-such-folder", all.FindFolder("no-such-folder"));
        Assert.Null(all.FindFile("../etc/hostname"));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(folder[name], target);
}
