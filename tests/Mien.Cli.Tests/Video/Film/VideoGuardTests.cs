using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>No output of <c>mien video</c> replaces a video of the run, or another output.</summary>
public sealed class VideoGuardTests : VideoTestCase
{
    private const string Made = "made by the test";

    [Theory]
    [InlineData("rec/a.mp4 --annotate link/a.mp4")]
    [InlineData("rec --annotate link")]
    [InlineData("rec --annotate films")]
    [InlineData("rec/a.mp4 --annotate hard.mp4")]
    [InlineData("rec/sub/x.mp4 other --annotate rec")]
    [InlineData("other rec/sub/x.mp4 --annotate rec")]
    [InlineData("rec/p.mp4.part --annotate rec/p.mp4")]
    [InlineData("rec/.q.mp4.part --annotate rec/q.mp4")]
    [InlineData("rec/a.mp4 -o hard.csv")]
    [InlineData("rec/a.mp4 --summary hard.json")]
    [InlineData("rec/s.json.part --summary link/s.json")]
    [InlineData("rec/a.mp4 --chart hard.png")]
    public void A_video_is_never_replaced(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a permission on Windows.");
        using var films = new MadeFilms();
        string[] videos =
        [
            .. new[] { "a.mp4", "sub/x.mp4", "p.mp4.part", ".q.mp4.part", "s.json.part" }.Select(n =>
                Folder.Write("rec/" + n, Made)
            ),
            Folder.Write("other/sub/x.mp4", Made),
        ];
        Directory.CreateSymbolicLink(Folder["link"], Folder["rec"]);
        Directory.CreateDirectory(Folder["films"]);
        File.CreateSymbolicLink(Folder["films/a.mp4"], Folder["rec/a.mp4"]);
        foreach (string extension in (string[])[".mp4", ".csv", ".json", ".png"])
        {
            Folder.HardLink("hard" + extension, Folder["rec/a.mp4"]);
        }

        CliResult result = Run(MadeVideo.Of(3), [.. arguments.Split(' ').Select(a => a[0] == '-' ? a : Folder[a])]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("would replace the video", result.Error, StringComparison.Ordinal);
        Assert.Empty(films.All);
        Check.All(videos, v => Assert.Equal(Made, File.ReadAllText(v)));
    }

    [Fact]
    public void A_picture_does_not_follow_a_link_to_the_video()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a permission on Windows.");
        string[] command = [Clip, "--frames", Folder["changes"]];
        Assert.Equal(ExitCodes.Done, Run(MadeVideo.Of(20), command).Code);
        string picture = Directory.GetFiles(Folder["changes"], "*.jpg")[0];
        File.Delete(picture);
        File.CreateSymbolicLink(picture, Clip);
        CliResult result = Run(MadeVideo.Of(20), command);

        Assert.NotEqual(ExitCodes.Done, result.Code);
        Assert.Contains("would replace the video", result.Error, StringComparison.Ordinal);
        Assert.Equal(Made, File.ReadAllText(Clip));
    }

    [Theory]
    [InlineData("out")]
    [InlineData("link/out")]
    public void Films_and_folders_of_pictures_have_different_folders(string frames)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a permission on Windows.");
        using var films = new MadeFilms();
        Directory.CreateSymbolicLink(Folder["link"], Folder.Path);
        string second = Folder.Write("v/second.mp4", Made);
        CliResult result = Run(MadeVideo.Of(3), Clip, second, "--annotate", Folder["out"], "--frames", Folder[frames]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("name the same folder", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_film_whose_name_is_too_long_for_its_hidden_file_costs_no_rows()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Names have at most 255 bytes on Linux.");
        using var films = new MadeFilms();
        string rows = Folder["rows.csv"],
            film = Folder[new string('f', 238) + ".mp4"];
        CliResult result = Run(MadeVideo.Of(3), Clip, "-o", rows, "--annotate", film);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {film}: the film cannot be written", result.Error, StringComparison.Ordinal);
        Assert.NotEmpty(Csv(File.ReadAllText(rows)));
        Assert.False(File.Exists(film));
    }
}
