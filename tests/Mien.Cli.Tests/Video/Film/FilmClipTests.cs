using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary><c>mien video --annotate</c> on clips that ffmpeg made, reads and writes; skipped without ffmpeg.</summary>
public sealed class FilmClipTests : VideoTestCase
{
    /// <summary>A face that moves at an even speed, on frames of different lengths.</summary>
    private static MadeClip Moving { get; } =
        new()
        {
            Width = 480,
            Height = 360,
            Frames = 40,
            Faces = [new ClipFace(0, new ClipPose(0, 120, 170, 120), new ClipPose(1.6, 340, 190, 120))],
        };

    public static TheoryData<string> Clips { get; } = ["constant", "variable", "rotated", "late"];

    [Theory]
    [MemberData(nameof(Clips))]
    public async Task The_box_follows_the_face_at_the_time_of_every_frame(string kind)
    {
        MadeClip clip = kind switch
        {
            "variable" => Moving with { Durations = [20, 60, 40, 33, 47] },
            "rotated" => Moving with { Rotation = 90 },
            "late" => Moving with { Start = 1.4, Container = "mkv" },
            _ => Moving with { HasAudio = true },
        };
        MadeClipFile file = MadeClips.File(clip);
        string film = Folder["film.mp4"],
            rows = Folder["rows.csv"];
        CliResult result = Video(file.Path, "-o", rows, "--fps", "5", "--annotate", film);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        var drawn = await VideoPixels.ReadAsync(film);
        var source = await VideoPixels.ReadAsync(file.Path);
        Assert.Equal(file.Truth.Frames.Count, drawn.Count);
        HashSet<int> analysed =
        [
            .. Csv(await File.ReadAllTextAsync(rows)).Select(r => int.Parse(r["frame"], CultureInfo.InvariantCulture)),
        ];
        List<int> thick = [],
            thin = [];
        for (int i = 0; i < drawn.Count; i++)
        {
            // A film may begin at 0 where the source does not.
            Assert.Equal(source[i].Time - source[0].Time, drawn[i].Time - drawn[0].Time);
            TrueFace face = Assert.Single(file.Truth.Frames[i].Faces);
            var row = DrawnBox.InRow(source[i].Pixels, drawn[i].Pixels, clip.Width, (int)face.Box.Center.Y);
            if (i > analysed.Max())
            {
                Assert.Null(row);
                continue;
            }

            Assert.NotNull(row);
            float tolerance = 0.2f * face.Box.Width;
            Assert.Equal(face.Box.X, row.Value.Left, tolerance);
            Assert.Equal(face.Box.Right, row.Value.Right, tolerance);
            (analysed.Contains(i) ? thick : thin).Add(row.Value.Pixels);
        }

        Assert.True(thick.Average() > thin.Average(), $"{thick.Average()} and {thin.Average()} pixels");
    }

    [Fact]
    public async Task Nothing_is_drawn_across_a_cut()
    {
        MadeClipFile file = MadeClips.File(MadeClips.Cut with { Width = 480, Height = 360 });
        string film = Folder["film.mp4"];
        CliResult result = Video(file.Path, "--fps", "4", "--annotate", film);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        var drawn = await VideoPixels.ReadAsync(film);
        var source = await VideoPixels.ReadAsync(file.Path);
        long cut = Assert.Single(file.Truth.Cuts);

        // Analysed are the first frames of each quarter of a second: 19 is the last one before the cut, 25 is the cut.
        for (int i = 20; i < cut; i++)
        {
            Assert.Null(DrawnBox.InRow(source[i].Pixels, drawn[i].Pixels, 480, 120));
        }

        Assert.NotNull(DrawnBox.InRow(source[15].Pixels, drawn[15].Pixels, 480, 120));
        Assert.NotNull(DrawnBox.InRow(source[(int)cut].Pixels, drawn[(int)cut].Pixels, 480, 120));
        Assert.NotNull(DrawnBox.InRow(source[28].Pixels, drawn[28].Pixels, 480, 120));
    }

    [Fact]
    public async Task A_part_of_a_clip_has_its_frames_and_its_times()
    {
        string clip = MadeClips.File(Moving with { HasAudio = true }).Path,
            film = Folder["film.mp4"];
        CliResult result = Video(clip, "--annotate", film, "--start", "0.5", "--end", "1.2");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        var drawn = await VideoPixels.ReadAsync(film);
        var source = await VideoPixels.ReadAsync(
            clip,
            new VideoOptions { Start = TimeSpan.FromSeconds(0.5), End = TimeSpan.FromSeconds(1.2) }
        );
        Assert.Equal(source.Select(f => f.Time - source[0].Time), drawn.Select(f => f.Time - drawn[0].Time));
    }

    [Fact]
    public async Task Resume_makes_the_missing_film_with_the_same_frames()
    {
        string clip = MadeClips.File(MadeClips.Crossing).Path,
            film = Folder["film.mp4"];
        string[] command = [clip, "-o", Folder["rows.csv"], "--annotate", film];
        Assert.Equal(ExitCodes.Done, Video(command).Code);
        var first = await VideoPixels.ReadAsync(film);
        File.Delete(film);
        CliResult result = Video([.. command, "--resume"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        var second = await VideoPixels.ReadAsync(film);
        Assert.Equal(first.Select(f => f.Time), second.Select(f => f.Time));
        Check.All(first.Zip(second), f => Assert.Equal(f.First.Pixels, f.Second.Pixels));
    }

    [Fact]
    public async Task A_truncated_clip_has_a_film_of_what_can_be_read()
    {
        byte[] whole = await File.ReadAllBytesAsync(MadeClips.File(MadeClips.OneFace with { Container = "mkv" }).Path);
        string clip = Folder.Write("clip.mkv", whole[..(whole.Length / 2)]),
            film = Folder["film.mp4"];
        CliResult result = Video(clip, "--annotate", film);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("truncated", result.Error, StringComparison.Ordinal);
        var drawn = await VideoPixels.ReadAsync(film);
        Assert.Equal((await VideoPixels.ReadAsync(clip)).Count, drawn.Count);
        Assert.Contains($"Written to {film}.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_leaves_no_film()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        string clip = MadeClips.File(Moving).Path,
            film = Folder["film.mp4"],
            rows = Folder["rows.csv"];
        File.CreateSymbolicLink(Folder[".film.mp4.part"], "/dev/full");
        CliResult result = Video(clip, "-o", rows, "--annotate", film);

        Assert.True(result.Code == ExitCodes.SomeFailed, result.Error);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(film));
        Assert.False(Path.Exists(Folder[".film.mp4.part"]));
        Assert.NotEmpty(Csv(File.ReadAllText(rows)));
    }

    private CliResult Video(params string[] args) =>
        Cli.Run(["video", .. args, "--model", Model, "--detector", "front"]);
}
