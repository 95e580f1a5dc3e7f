using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>What travels with a job: options as text, and paths below the root.</summary>
public sealed class JobPartsTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("--min-score=0.3", "--min-score", "0.3")]
    [InlineData("--head=ferplus --tiles=all --crop", "--crop", "--tiles", "all", "--head", "ferplus")]
    [InlineData("--box=1,2,30,40 --box=-5,6,70,80", "--box", "1,2,30,40", "--box=-5,6,70,80")]
    [InlineData("--any-angle --max-bytes=3M", "--max-bytes", "3M", "--any-angle")]
    [InlineData("", "--model", "tiny")] // travels as the sum of its file
    public void Options_travel_as_text_in_one_order(string expected, params string[] args)
    {
        var options = new JobOptions();
        var command = new Command("enqueue");
        options.AddTo(command);
        ParseResult parsed = command.Parse(args);
        IReadOnlyList<string> text = options.ToArguments(parsed);

        Assert.Equal(expected, string.Join(' ', text));
        JobSettings sent = options.SettingsOf(parsed);
        JobSettings received = JobOptions.Parse(text);
        Assert.Equal(sent.Recognizer with { Model = "m" }, received.Recognizer with { Model = "m" });
        Assert.Equal(sent.Options.Boxes ?? [], received.Options.Boxes ?? []);
        Assert.Equal(sent.Options with { Boxes = null }, received.Options with { Boxes = null });
    }

    [Theory]
    [InlineData("--model=/etc/hostname")]
    [InlineData("--device=cuda")]
    [InlineData("--annotate=/tmp")]
    [InlineData("@/etc/hostname")]
    [InlineData("photo.jpg")]
    [InlineData("--min-score=7")]
    [InlineData("--crop", "--no-crop")]
    [InlineData("--tiles=some")]
    public void Other_options_are_refused(params string[] text) =>
        Assert.Throws<UsageException>(() => JobOptions.Parse(text));

    [Fact]
    public void Paths_are_below_the_given_folder_or_the_root()
    {
        folder.WriteFace("all/2026/a.png", Expression.Fear);
        folder.WriteFace("all/2026/s/b.png", Expression.Fear);
        folder.WriteFace("all/2025/c.png", Expression.Fear);
        string all = folder["all"];
        string year = folder["all/2026"];

        Assert.Equal(["2025/c.png", "2026/a.png", "2026/s/b.png"], Paths([all], null));
        Assert.Equal(["a.png", "s/b.png"], Paths([year], null));
        Assert.Equal(["2026/a.png", "2026/s/b.png"], Paths([year], all));
        Assert.Equal(["2026/s/b.png", "2025/c.png"], Paths([$"{year}/s", $"{all}/2025"], all + "/"));
        Assert.Equal(["2026/s/b.png", "2025/c.png", "2026/a.png"], Paths([$"{year}/s", $"{all}/2025", all], all));
        Assert.Equal(["s/b.png"], Paths([$"{year}/*/b.*"], null));

        // Of a list, relative and full paths.
        string list = "@" + folder.Write("all/list.txt", $"2026/a.png\n./2025//c.png\n{year}/s/b.png\n");
        Assert.Equal(["2026/a.png", "2025/c.png", "2026/s/b.png"], Paths([list], null));
    }

    [Fact]
    public void What_is_outside_of_the_root_or_no_path_is_an_error_of_its_entry()
    {
        folder.WriteFace("all/a.png", Expression.Fear);
        folder.WriteFace("other/b.png", Expression.Fear);
        folder.MakePipe("all/pipe.png");
        string list = folder["all/list.txt"];
        File.WriteAllBytes(list, [.. "a.png\n../other/b.png\n/etc/hostname\npipe.png\n"u8, 0xFF, (byte)'\n']);

        Assert.Equal(["a.png", "outsideRoot", "outsideRoot", "pipe.png", "badPath"], Paths(["@" + list], null));
        Assert.Equal(["outsideRoot"], Paths([folder["other"]], folder["all"]));
    }

    private static string[] Paths(string[] arguments, string? root)
    {
        using var inputs = new JobInputs(arguments, root);
        return [.. inputs.Enumerate().Select(p => p.Path ?? p.Error!.Code)];
    }
}
