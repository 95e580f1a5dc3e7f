using System.Text.Json;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>Inputs, outputs, errors and exit codes of <c>mien video</c>.</summary>
public sealed class VideoRunTests : VideoTestCase
{
    [Fact]
    public void Without_rows_the_summary_is_on_standard_output()
    {
        CliResult result = Run(MadeVideo.Of(10), Clip);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("happiness", result.Out, StringComparison.Ordinal);
        Assert.Contains("5 frames; ", result.Error, StringComparison.Ordinal);
        Assert.Contains("× real time).", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_writes_nothing_but_the_result()
    {
        CliResult result = Run(MadeVideo.Of(4) with { Notes = ["a remark"] }, Clip, "--csv", "--quiet");

        Assert.Equal("", result.Error);
        Assert.NotEqual("", result.Out);
        Assert.Contains(
            $"note: {Clip}: a remark\n",
            Run(MadeVideo.Of(2) with { Notes = ["a remark"] }, Clip).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Summary_chart_and_pictures_are_written_to_their_files()
    {
        string summary = Folder["s.json"],
            chart = Folder["c.svg"],
            frames = Folder["f"];
        CliResult result = Run(
            MadeVideo.Of(30),
            Clip,
            "--every-frame",
            "--summary",
            summary,
            "--chart",
            chart,
            "--frames",
            frames
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using var json = JsonDocument.Parse(File.ReadAllText(summary));
        Assert.Equal("ok", json.RootElement.GetProperty("status").GetString());
        Assert.StartsWith(
            "<svg",
            File.ReadAllText(chart)[File.ReadAllText(chart).IndexOf("<svg", 0, StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
        Check.NotEmpty(Directory.GetFiles(frames, "*.jpg"));
    }

    [Fact]
    public void A_truncated_or_damaged_video_keeps_its_rows_and_ends_with_one()
    {
        foreach (
            (VideoEndStatus status, string word) in new[]
            {
                (VideoEndStatus.Truncated, "truncated"),
                (VideoEndStatus.Damaged, "damaged"),
            }
        )
        {
            string file = Folder[$"{word}.csv"],
                summary = Folder[$"{word}.json"];
            MadeVideo video = MadeVideo.Of(30) with { ReadableFrames = 12, EndStatus = status };
            string[] command = [Clip, "-o", file, "--summary", summary, "--every-frame"];
            CliResult result = Run(video, command);

            Assert.Equal(ExitCodes.SomeFailed, result.Code);
            Assert.Contains(
                $"error: {Clip}: "
                    + (
                        status == VideoEndStatus.Truncated
                            ? "the video ends at 1.1 s instead of at 3 s."
                            : "a part of the video could not be decoded; the last frame is at 1.1 s."
                    ),
                result.Error,
                StringComparison.Ordinal
            );
            Assert.Equal("11", Csv(File.ReadAllText(file))[^1]["frame"]);
            using var json = JsonDocument.Parse(File.ReadAllText(summary));
            Assert.Equal(word, json.RootElement.GetProperty("status").GetString());

            // It stays so, and a whole copy of the video completes it.
            Assert.Equal(ExitCodes.SomeFailed, Run(video, [.. command, "--resume"]).Code);
            Assert.Equal("11", Csv(File.ReadAllText(file))[^1]["frame"]);
            Assert.Equal(ExitCodes.Done, Run(MadeVideo.Of(30), [.. command, "--resume"]).Code);
            Assert.Equal("29", Csv(File.ReadAllText(file))[^1]["frame"]);
        }
    }

    [Fact]
    public void One_bad_file_does_not_end_the_rest()
    {
        string bad = Folder.Write("bad.mp4", "made"),
            photo = Folder.Write("photo.jpg", "made"),
            results = Folder["results"];
        CliResult result = Run(
            path =>
                path == bad
                    ? throw new MienException(ErrorKind.BadInput, "notAVideo", $"{bad}: is not a video.")
                    : MadeVideo.Of(6),
            CancellationToken.None,
            bad,
            photo,
            Clip,
            "-o",
            results,
            "--jsonl"
        );

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {bad}: is not a video.", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"error: {photo}: has the extension of an image. Use 'mien predict'",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("3 videos: 2 failed, 1 ok.", result.Error, StringComparison.Ordinal);
        Assert.Equal(["clip.mp4.jsonl"], Directory.GetFiles(results).Select(Path.GetFileName));
    }

    [Fact]
    public void A_failure_in_the_middle_keeps_the_rows()
    {
        string file = Folder["rows.csv"];
        MadeVideo video = MadeVideo.Of(20) with
        {
            ReadableFrames = 6,
            Failure = new MienException(ErrorKind.Unavailable, "ffmpegFailed", $"{Clip}: ffmpeg was ended."),
        };
        CliResult result = Run(video, Clip, "-o", file, "--every-frame");

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {Clip}: ffmpeg was ended.", result.Error, StringComparison.Ordinal);
        Assert.Equal("5", Csv(File.ReadAllText(file))[^1]["frame"]);
        Assert.Equal(ExitCodes.Done, Run(MadeVideo.Of(20), Clip, "-o", file, "--every-frame", "--resume").Code);
        Assert.Equal("19", Csv(File.ReadAllText(file))[^1]["frame"]);
    }

    [Fact]
    public void A_bug_is_the_error_of_its_video_and_a_missing_ffmpeg_ends_the_run()
    {
        string second = Folder.Write("second.mp4", "made");
        CliResult bug = Run(
            path => path == Clip ? throw new InvalidOperationException("a bug") : MadeVideo.Of(4),
            CancellationToken.None,
            Clip,
            second,
            "--csv"
        );
        Assert.Equal(ExitCodes.SomeFailed, bug.Code);
        Assert.Contains("unexpected InvalidOperationException: a bug", bug.Error, StringComparison.Ordinal);
        Assert.Contains(second, bug.Out, StringComparison.Ordinal);

        int tries = 0;
        CliResult missing = Run(
            _ =>
            {
                tries++;
                throw new MienException(ErrorKind.Unavailable, "noFfmpeg", "ffmpeg was not found.");
            },
            CancellationToken.None,
            Clip,
            second,
            "--csv"
        );
        Assert.Equal((ExitCodes.SomeFailed, 1), (missing.Code, tries));
        Assert.Contains("error: ffmpeg was not found.\n", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_video_that_cannot_be_read_leaves_an_existing_file()
    {
        string file = Folder.Write("rows.csv", "former");
        CliResult result = Run(
            _ => throw new MienException(ErrorKind.BadInput, "notAVideo", "not a video"),
            CancellationToken.None,
            Clip,
            "-o",
            file
        );

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Equal("former", File.ReadAllText(file));
        Assert.Equal(3, Directory.GetFiles(Folder.Path).Length);
    }

    [Fact]
    public void A_part_without_frames_gives_a_file_without_rows()
    {
        string file = Folder["rows.csv"];
        CliResult result = Run(MadeVideo.Of(10), Clip, "-o", file, "--start", "5");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Single(File.ReadAllLines(file));
    }

    [Fact]
    public void Rows_of_several_videos_on_standard_output_have_one_header()
    {
        string second = Folder.Write("second.mkv", "made");
        CliResult result = Run(MadeVideo.Of(4), Clip, second, "--csv");

        Assert.Equal([Clip, second], Csv(result.Out).Select(r => r["path"]).Distinct());
        Assert.Single(result.Out.Split('\n'), l => l.StartsWith("path,", StringComparison.Ordinal));
    }

    [Fact]
    public void Videos_of_the_same_name_get_a_number()
    {
        string other = Folder.Write("other/clip.mp4", "made"),
            results = Folder["results"];
        CliResult result = Run(MadeVideo.Of(4), Clip, other, "-o", results, "--summary", Folder["sums"]);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Equal(
            ["clip-2.mp4.csv", "clip.mp4.csv"],
            Directory.GetFiles(results).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["clip-2.mp4.json", "clip.mp4.json"],
            Directory.GetFiles(Folder["sums"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_camera_is_read_and_cannot_be_resumed()
    {
        CliResult result = Run(MadeVideo.Of(4), "--camera", "/dev/none", "--csv");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Equal("/dev/none", Csv(result.Out)[0]["path"]);
        Assert.Equal(ExitCodes.Usage, Run(MadeVideo.Of(4), "--camera", "x", "-o", Folder["r.csv"], "--resume").Code);
    }

    [Fact]
    public void A_second_run_may_not_write_the_same_output()
    {
        string file = Folder["rows.csv"];
        using (TempFolder.Hold(file))
        {
            CliResult result = Run(MadeVideo.Of(4), Clip, "-o", file);
            Assert.Equal(ExitCodes.Usage, result.Code);
        }
    }

    [Fact]
    public void Predict_points_to_video_and_video_to_predict()
    {
        byte[] start = [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 2, 0, .. "isommp42"u8, .. new byte[64]];
        string clip = Folder.Write("v/clip.mp4", start),
            stream = Folder.Write("v/clip.ts", "G@..");
        Assert.Contains("Use 'mien video'", Cli.Run("predict", clip, "--model", Model).Error, StringComparison.Ordinal);
        Assert.Contains(
            "Use 'mien video'",
            Cli.Run("predict", stream, "--model", Model).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "It holds videos: use 'mien video'.",
            Cli.Run("predict", Folder["v"], "--model", Model).Error,
            StringComparison.Ordinal
        );
        Folder.WriteFace("p/photo.jpg", Expression.Fear);
        CliResult result = Run(MadeVideo.Of(2), Folder["p/photo.jpg"]);
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("Use 'mien predict' for images.", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            "It holds images: use 'mien predict'.",
            Cli.Run("video", Folder["p"]).Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("", "Give the videos")]
    [InlineData("CLIP --camera 0", "Give either files or --camera.")]
    [InlineData("CLIP --csv --jsonl", "--csv and --jsonl exclude each other")]
    [InlineData("CLIP --fps 5 --every-frame", "--fps and --every-frame exclude each other")]
    [InlineData("CLIP --fps 0", "--fps is 0, expected a number from 0.001 to 1000.")]
    [InlineData("CLIP --start 1:90", "--start is '1:90', expected seconds such as 83.5, or [hh:]mm:ss[.fff]")]
    [InlineData("CLIP --start 1:2:3:4", "--start is '1:2:3:4'")]
    [InlineData("CLIP --start -1", "--start is '-1'")]
    [InlineData("CLIP --start 2 --end 1.5", "--end is 1.5, expected a time after --start.")]
    [InlineData("CLIP --resume", "--resume needs the file or folder of an earlier run.")]
    [InlineData("CLIP -o rows.txt", "--output: 'rows.txt' must end in .csv or .jsonl")]
    [InlineData("CLIP -o other.mp4", "Its extension is that of a video.")]
    [InlineData("CLIP --summary s.csv", "--summary: 's.csv' must end in .json or .txt.")]
    [InlineData("CLIP --chart c.gif", "--chart: 'c.gif' must end in .png, .svg or .html.")]
    [InlineData("CLIP CLIP -o rows.csv", "with several videos each output is a folder")]
    [InlineData("https://example.org/clip.mp4", "is a URL, and Mien downloads nothing. Download the video first")]
    [InlineData("none.mp4", "none.mp4: there is no such file or folder.")]
    [InlineData("CLIP --model none.onnx", "'mien models' lists the built-in models.")]
    [InlineData("CLIP --jsn", "--jsn")]
    public void Wrong_usage_is_explained(string arguments, string message)
    {
        string[] args =
        [
            .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a == "CLIP" ? Clip : a),
        ];
        CliResult result = Cli.Run(["video", .. args]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Out);
    }

    [Fact]
    public void An_output_may_not_be_one_of_the_videos()
    {
        CliResult result = Cli.Run("video", Clip, "-o", Clip, "--csv");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("is one of the videos. Choose another file.", result.Error, StringComparison.Ordinal);
    }
}
