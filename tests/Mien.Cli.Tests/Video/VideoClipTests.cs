using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary><c>mien video</c> on clips that ffmpeg made and reads; skipped without ffmpeg.</summary>
public sealed class VideoClipTests : VideoTestCase
{
    [Fact]
    public void Every_frame_has_its_number_and_the_time_of_ffprobe()
    {
        MadeClipFile clip = MadeClips.File(MadeClips.OneFace);
        CliResult result = Video(clip.Path, "--csv", "--every-frame");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal(
            clip.Truth.Frames.Select(f => $"{f.Number} {VideoRowFormat.Seconds(f.Time)}"),
            Csv(result.Out).Select(r => $"{r["frame"]} {r["time"]}").Distinct()
        );
        Assert.Equal(["1"], Csv(result.Out).Where(r => r["status"] == "ok").Select(r => r["track"]).Distinct());
    }

    [Theory]
    [InlineData("--every-frame")]
    [InlineData("--fps=5")]
    public void A_clip_interrupted_at_random_rows_ends_as_without_interruption(string frames)
    {
        string clip = MadeClips.File(MadeClips.Crossing).Path,
            file = Folder["rows.csv"];
        string[] command = [clip, "-o", file, frames];
        Assert.Equal(ExitCodes.Done, Video(command).Code);
        byte[] whole = File.ReadAllBytes(file);
        var random = new Random(22);
        for (int i = 0; i < 3; i++)
        {
            File.WriteAllBytes(file, whole[..random.Next(500, whole.Length)]);
            File.WriteAllText(Folder[".rows.csv.mien-unfinished"], "");
            CliResult result = Video([.. command, "--resume"]);

            Assert.True(result.Code == ExitCodes.Done, result.Error);
            Assert.Equal(whole, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public void A_long_clip_is_continued_after_its_last_cut()
    {
        // The cut at 70 s is over a minute after the beginning, so that the replay begins there.
        var clip = new MadeClip
        {
            Rate = 5,
            Frames = 375,
            Cuts = [70],
            Faces =
            [
                new ClipFace(0, new ClipPose(0, 160, 120, 120), new ClipPose(70, 180, 130, 120)) { To = 70 },
                new ClipFace(1, new ClipPose(0, 166, 124, 124)) { From = 70 },
                new ClipFace(2, new ClipPose(0, 60, 100, 90)) { From = 73 },
            ],
        };
        string path = MadeClips.File(clip).Path,
            file = Folder["rows.csv"];
        string[] command = [path, "-o", file, "--fps", "2"];
        Assert.Equal(ExitCodes.Done, Video(command).Code);
        string[] whole = File.ReadAllLines(file);
        Assert.Equal("true", whole.Single(l => l.Split(',')[2] == "70.000000").Split(',')[4]);
        string[] begun = [.. whole.Where(l => l.StartsWith("path,", StringComparison.Ordinal) || Time(l) <= 72)];
        File.WriteAllLines(file, begun);
        File.WriteAllText(Folder[".rows.csv.mien-unfinished"], "");
        CliResult result = Video([.. command, "--resume"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.DoesNotContain("differ", result.Error, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllLines(file));
        Assert.Equal(3, whole.Skip(1).Select(l => l.Split(',')[9]).Where(t => t.Length > 0).Distinct().Count());

        static double Time(string line) => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_truncated_file_and_one_that_is_no_video_do_not_end_the_rest()
    {
        byte[] whole = File.ReadAllBytes(MadeClips.File(MadeClips.OneFace with { Container = "mkv" }).Path);
        Folder.Write("v/a.mp4", "no video");
        Folder.Write("v/b.mkv", whole[..(whole.Length / 2)]);
        Folder.Write("v/c.mkv", whole);
        string results = Folder["results"];
        CliResult result = Video(Folder["v"], "-o", results);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Equal(
            ["b.mkv.csv", "c.mkv.csv"],
            Directory.GetFiles(results, "*.csv").Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Contains($"error: {Folder[Path.Combine("v", "a.mp4")]}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("b.mkv: The video is truncated", result.Error, StringComparison.Ordinal);
        Assert.Contains("3 videos: 1 failed, 1 truncated, 1 ok.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_ffmpeg_is_said_once()
    {
        CliResult result = Cli.Run("video", Clip, "--ffmpeg", Folder["none"], "--model", Model);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("ffmpeg", result.Error, StringComparison.Ordinal);
    }

    private CliResult Video(params string[] args) =>
        Cli.Run(["video", .. args, "--model", Model, "--detector", "front"]);
}
