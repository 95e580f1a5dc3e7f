using System.Globalization;
using System.Text;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>Interrupted runs of <c>mien video</c> and <c>--resume</c>.</summary>
public sealed class VideoResumeTests : VideoTestCase
{
    private static string Mark(string file) =>
        Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.mien-unfinished");

    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.jsonl")]
    public void A_file_cut_off_anywhere_is_completed_as_without_interruption(string name)
    {
        MadeVideo video = MadeVideo.Of(24);
        string file = Folder[name];
        string[] command = [Clip, "-o", file, "--every-frame"];
        Assert.Equal(ExitCodes.Done, Run(video, command).Code);
        byte[] whole = File.ReadAllBytes(file);
        Assert.False(File.Exists(Mark(file)));
        var random = new Random(22);
        int[] cuts = [0, 1, .. Enumerable.Range(0, 8).Select(_ => random.Next(2, whole.Length)), whole.Length - 1];
        foreach (int cut in cuts)
        {
            File.WriteAllBytes(file, whole[..cut]);
            File.WriteAllText(Mark(file), "");
            CliResult result = Run(video, [.. command, "--resume"]);

            Assert.True(result.Code == ExitCodes.Done, result.Error);
            Assert.Equal(Encoding.UTF8.GetString(whole), File.ReadAllText(file));
            Assert.DoesNotContain("differ", result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(Mark(file)));
        }
    }

    [Fact]
    public void The_tracks_and_times_of_a_long_video_are_continued_from_a_replay_of_some_seconds()
    {
        // 1 frame per second, so that the file is longer than the longest replay. A third face comes after the cut-off.
        var video = new MadeVideo
        {
            Frames = 84,
            FramesPerSecond = 1,
            Faces = i =>
                [
                    .. i < 10 ? new[] { new MadeFace("sadness", 20, 40, 100) } : [],
                    .. i is >= 14 ? new[] { new MadeFace("happiness", 200, 60, 100) } : [],
                    .. i >= 81 ? new[] { new MadeFace("anger", 40, 50, 100) } : [],
                ],
        };
        string file = Folder["rows.csv"];
        string[] command = [Clip, "-o", file, "--every-frame"];
        Assert.Equal(ExitCodes.Done, Run(video, command).Code);
        string[] whole = File.ReadAllLines(file);
        File.WriteAllText(file, string.Join('\n', whole[..79]) + "\n" + whole[79][..30]);
        File.WriteAllText(Mark(file), "");
        int first = -1;
        CliResult result = Run(
            video with
            {
                BeforeFrame = i => first = first < 0 ? i : first,
            },
            [.. command, "--resume"]
        );

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Equal(67, first);
        Assert.Contains("Resuming", result.Error, StringComparison.Ordinal);
        Assert.Contains("after 77.000000 s: 78 frames are already done.", result.Error, StringComparison.Ordinal);
        Assert.Equal(Key(whole), Key(File.ReadAllLines(file)));
        Assert.Contains(File.ReadAllLines(file), l => l.Split(',')[9] == "3");

        // All but the last digits of the smoothed probabilities, whose state is not in the file.
        static string[] Key(string[] lines) =>
            [
                .. lines
                    .Skip(1)
                    .Select(l => l.Split(','))
                    .Select(f =>
                        string.Join(
                            ',',
                            f.Select(c =>
                                double.TryParse(c, CultureInfo.InvariantCulture, out double v)
                                    ? v.ToString("F4", CultureInfo.InvariantCulture)
                                    : c
                            )
                        )
                    ),
            ];
    }

    [Fact]
    public void A_finished_file_is_left_as_it_is_and_the_video_not_analysed_again()
    {
        string file = Folder["rows.csv"];
        Run(MadeVideo.Of(6), Clip, "-o", file);
        byte[] before = File.ReadAllBytes(file);
        CliResult result = Run(
            MadeVideo.Of(6) with
            {
                BeforeFrame = _ => Assert.Fail("read"),
            },
            Clip,
            "-o",
            file,
            "--resume"
        );

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains($"{Clip}: is already finished in {file}.", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_file_without_the_mark_that_does_not_reach_the_end_is_continued()
    {
        MadeVideo video = MadeVideo.Of(60);
        string file = Folder["rows.csv"];
        Run(video, Clip, "-o", file, "--fps", "2");
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllLines(file, File.ReadAllLines(file).Take(3));

        Assert.Equal(ExitCodes.Done, Run(video, Clip, "-o", file, "--fps", "2", "--resume").Code);
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [Fact]
    public void The_summary_of_a_resumed_run_covers_the_whole_video()
    {
        MadeVideo video = MadeVideo.Of(24);
        string file = Folder["rows.csv"],
            summary = Folder["s.txt"];
        string[] command = [Clip, "-o", file, "--every-frame", "--summary", summary];
        Run(video, command);
        string whole = File.ReadAllText(summary);
        File.WriteAllLines(file, File.ReadAllLines(file).Take(9));
        File.WriteAllText(Mark(file), "");
        File.Delete(summary);
        Run(video, [.. command, "--resume"]);
        Assert.Equal(whole, File.ReadAllText(summary));

        // Made again from the rows of a finished video.
        File.Delete(summary);
        Run(video, [.. command, "--resume"]);
        Assert.Equal(whole, File.ReadAllText(summary));
    }

    [Theory]
    [InlineData("--fps 10", "--fps 2")]
    [InlineData("--every-frame", "--start 0.4 --every-frame")]
    public void Other_frames_are_refused_and_the_file_stays(string first, string then)
    {
        MadeVideo video = MadeVideo.Of(40);
        string file = Folder["rows.csv"];
        Run(video, [Clip, "-o", file, .. first.Split(' ')]);
        File.WriteAllLines(file, File.ReadAllLines(file).Take(8));
        byte[] before = File.ReadAllBytes(file);
        CliResult result = Run(video, [Clip, "-o", file, "--resume", .. then.Split(' ')]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            $"--resume: {file} cannot be resumed as CSV: it has frame ",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("Use the same --fps, --every-frame, --start", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void Files_of_other_videos_columns_and_models_are_refused()
    {
        MadeVideo video = MadeVideo.Of(4);
        string file = Folder["rows.csv"],
            other = Folder.Write("other.mp4", "made");
        Run(video, Clip, "-o", file);
        byte[] before = File.ReadAllBytes(file);

        CliResult wrong = Run(video, other, "-o", file, "--resume");
        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains($"it has the results of '{Clip}'", wrong.Error, StringComparison.Ordinal);
        Assert.Contains(
            "its column",
            Run(video, Clip, "-o", file, "--resume", "--derived").Error,
            StringComparison.Ordinal
        );
        BrightnessModel.Write(Model, "another");
        Assert.Contains(
            "written with the model 'brightness'",
            Run(video, Clip, "-o", file, "--resume").Error,
            StringComparison.Ordinal
        );
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void Rows_that_differ_from_the_replay_are_named_and_kept()
    {
        MadeVideo video = MadeVideo.Of(24);
        string file = Folder["rows.csv"];
        string[] command = [Clip, "-o", file, "--every-frame"];
        Run(video, command);
        string[] kept = File.ReadAllLines(file)[..7];
        File.WriteAllLines(file, kept);
        File.WriteAllText(Mark(file), "");
        CliResult result = Run(video with { Faces = i => i == 3 ? [] : video.Faces(i) }, [.. command, "--resume"]);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains(
            $"note: {file}: 1 of the frames that were analysed again differ from those in the file, the first at "
                + "0.300000 s.",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(kept, File.ReadAllLines(file)[..7]);
    }

    [Fact]
    public void Ctrl_c_leaves_whole_frames_and_says_how_to_continue()
    {
        MadeVideo video = MadeVideo.Of(24);
        string file = Folder["rows.csv"];
        string[] command = [Clip, "-o", file, "--every-frame"];
        Run(video, command);
        byte[] whole = File.ReadAllBytes(file);
        using var stop = new CancellationTokenSource();
        CliResult result = Run(
            video with
            {
                BeforeFrame = i =>
                {
                    if (i == 15)
                    {
                        stop.Cancel();
                    }
                },
            },
            stop.Token,
            command
        );

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Contains(
            $"{file} holds whole frames. Continue with:\n  mien video ",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("rows.csv' --every-frame --model ", result.Error, StringComparison.Ordinal);
        Assert.Contains(" --resume\n", result.Error, StringComparison.Ordinal);
        byte[] begun = File.ReadAllBytes(file);
        Assert.Equal(whole[..begun.Length], begun);
        Assert.Equal((byte)'\n', begun[^1]);
        Assert.True(File.Exists(Mark(file)));

        Assert.Equal(ExitCodes.Done, Run(video, [.. command, "--resume"]).Code);
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_full_disk_keeps_whole_frames_and_can_be_resumed()
    {
        MadeVideo video = MadeVideo.Of(24);
        string file = Folder["rows.csv"];
        string[] command = [Clip, "-o", file, "--every-frame"];
        Run(video, command);
        byte[] whole = File.ReadAllBytes(file);
        CliResult result;
        using (new FullDisk(4000, f => f == file))
        {
            result = Run(video, command);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {file}: the disk is full", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{file} contains the results from before its disk was full",
            result.Error,
            StringComparison.Ordinal
        );
        byte[] kept = File.ReadAllBytes(file);
        Assert.InRange(kept.Length, 2000, 4000);
        Assert.Equal(whole[..kept.Length], kept);
        Assert.Equal((byte)'\n', kept[^1]);
        Assert.Equal(ExitCodes.Done, Run(video, [.. command, "--resume"]).Code);
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [Fact]
    public void The_videos_of_a_folder_are_skipped_continued_or_begun()
    {
        string videos = Path.GetDirectoryName(Folder.Write("v/a.mp4", "made"))!,
            results = Folder["results"];
        Folder.Write("v/b.mp4", "made");
        Folder.Write("v/sub/c.mkv", "made");
        string[] command = [videos, "-o", results, "--every-frame"];
        Run(MadeVideo.Of(12), command);
        string[] files = ["a.mp4.csv", "b.mp4.csv", Path.Combine("sub", "c.mkv.csv")];
        byte[][] whole = [.. files.Select(f => File.ReadAllBytes(Path.Combine(results, f)))];
        string b = Path.Combine(results, files[1]);
        File.WriteAllBytes(b, whole[1][..1500]);
        File.WriteAllText(Mark(b), "");
        File.Delete(Path.Combine(results, files[2]));
        CliResult result = Run(MadeVideo.Of(12), [.. command, "--resume"]);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains("a.mp4: is already finished in ", result.Error, StringComparison.Ordinal);
        Assert.Contains("3 videos: 2 ok, 1 finished before.", result.Error, StringComparison.Ordinal);
        Assert.Equal(whole, files.Select(f => File.ReadAllBytes(Path.Combine(results, f))));
    }
}
