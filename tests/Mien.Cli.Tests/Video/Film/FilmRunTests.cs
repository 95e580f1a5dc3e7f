using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary><c>mien video --annotate</c>: outputs, <c>--resume</c>, interruptions and errors, without ffmpeg.</summary>
public sealed class FilmRunTests : VideoTestCase
{
    private static string Mark(string file) =>
        Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.mien-unfinished");

    /// <summary>A face that moves to the right by 4 pixels per frame.</summary>
    private static MadeVideo Moving { get; } =
        new() { Frames = 30, Faces = i => [new MadeFace("happiness", 10 + (4 * i), 40, 110)] };

    [Theory]
    [InlineData("--every-frame")]
    [InlineData("--fps=2")]
    public void The_box_follows_the_face_on_every_frame_and_is_thinner_between_analysed_ones(string frames)
    {
        using var films = new MadeFilms();
        string rows = Folder["rows.csv"];
        CliResult result = Run(Moving, Clip, "-o", rows, frames, "--annotate", Folder["film.mp4"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        var found = Csv(File.ReadAllText(rows)).ToDictionary(r => int.Parse(r["frame"], CultureInfo.InvariantCulture));
        int last = found.Keys.Max();
        Assert.Equal(Moving.Frames, films.Last.Frames.Count);
        var widths = new Dictionary<bool, List<int>> { [true] = [], [false] = [] };
        for (int i = 0; i < Moving.Frames; i++)
        {
            (TimeSpan time, byte[] pixels) = films.Last.Frames[i];
            Assert.Equal(Moving.TimeOf(i), time);
            using Photo source = Moving.Draw(i);
            var box = DrawnBox.InRow(source.Rgba, pixels, MadeVideo.Width, 95);
            if (i > last)
            {
                Assert.Null(box); // after the last analysed frame
                continue;
            }

            Assert.NotNull(box);
            int before = found.Keys.Where(k => k <= i).Max(),
                after = found.Keys.Where(k => k >= i).Min();
            double share = after > before ? (double)(i - before) / (after - before) : 0;
            double x = double.Lerp(Number(found[before], "boxX"), Number(found[after], "boxX"), share),
                width = double.Lerp(Number(found[before], "boxWidth"), Number(found[after], "boxWidth"), share);
            Assert.Equal(x, box.Value.Left, 3.0);
            Assert.Equal(x + width, box.Value.Right, 3.0);

            // The face is at the middle of the drawn box.
            Assert.Equal(10 + (4 * i) + 55, (box.Value.Left + box.Value.Right) / 2.0, 14.0);
            widths[found.ContainsKey(i)].Add(box.Value.Pixels);
        }

        if (frames != "--every-frame")
        {
            Assert.True(widths[true].Average() > widths[false].Average() + 1);
        }
    }

    [Fact]
    public void The_cost_and_the_place_are_said_and_quiet_says_nothing()
    {
        using var films = new MadeFilms { Notes = ["the sound is encoded as AAC"] };
        string film = Folder["film.mp4"];
        CliResult result = Run(Moving, Clip, "--annotate", film);

        Assert.Contains(
            $"{Clip}: film of 30 frames, 2.9 s, 0 kB (made), drawn in ",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains($"Written to {film}.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains($"note: {Clip}: the sound is encoded as AAC\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            new[] { "clip.mp4", "film.mp4", "m.onnx" },
            Directory.GetFiles(Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        CliResult quiet = Run(Moving, Clip, "--annotate", film, "--quiet");
        Assert.Equal(("", ""), (quiet.Out, quiet.Error));
    }

    [Fact]
    public void Only_the_wanted_part_is_in_the_film()
    {
        using var films = new MadeFilms();
        Run(Moving, Clip, "--annotate", Folder["film.mp4"], "--start", "0.75", "--end", "2");

        Assert.Equal(Enumerable.Range(8, 12).Select(Moving.TimeOf), films.Last.Frames.Select(f => f.Time));
    }

    [Fact]
    public void A_part_without_frames_has_no_film()
    {
        using var films = new MadeFilms();
        string film = Folder["film.mp4"];
        CliResult result = Run(Moving, Clip, "--annotate", film, "--start", "9");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Empty(films.All);
        Assert.False(File.Exists(film));
        Assert.Contains("no frame lies between --start and --end", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_drawn_after_the_end_of_a_track()
    {
        // The second face is too small and too far away to be the first one.
        var video = new MadeVideo
        {
            Frames = 20,
            Faces = i => i < 10 ? [new MadeFace("happiness", 10, 40, 110)] : [new MadeFace("anger", 230, 67, 56)],
        };
        using var films = new MadeFilms();
        Run(video, Clip, "--fps", "2", "--annotate", Folder["film.mp4"]);

        // Analysed are frames 0, 5, 10 and 15.
        (int, bool)[] expected = [(3, true), (5, true), (7, false), (10, true), (12, true), (17, false)];
        foreach ((int frame, bool isDrawn) in expected)
        {
            using Photo source = video.Draw(frame);
            var box = DrawnBox.InRow(source.Rgba, films.Last.Frames[frame].Pixels, MadeVideo.Width, 95);
            Assert.True(isDrawn == box is not null, $"frame {frame}: {box}");
        }
    }

    [Fact]
    public void Resume_makes_only_a_missing_film_and_it_is_the_same()
    {
        using var films = new MadeFilms();
        string rows = Folder["rows.csv"],
            summary = Folder["s.json"],
            film = Folder["film.mp4"];
        MadeVideo video = MadeVideo.Of(40);
        string[] command = [Clip, "-o", rows, "--summary", summary, "--annotate", film, "--fps", "5"];
        Assert.Equal(ExitCodes.Done, Run(video, command).Code);
        string whole = File.ReadAllText(film),
            written = File.ReadAllText(summary);
        Assert.Contains("thumbnail", written, StringComparison.Ordinal);
        File.Delete(film);
        int read = 0;
        CliResult result = Run(video with { BeforeFrame = _ => read++ }, [.. command, "--resume"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal(40, read); // once
        Assert.Equal(whole, File.ReadAllText(film));
        Assert.Equal(written, File.ReadAllText(summary));
        Assert.Contains("is already finished in", result.Error, StringComparison.Ordinal);
        Assert.Contains($"Written to {film}.", result.Error, StringComparison.Ordinal);

        // Nothing is missing now.
        CliResult again = Run(video with { BeforeFrame = _ => Assert.Fail("read") }, [.. command, "--resume"]);
        Assert.True(again.Code == ExitCodes.Done, again.Error);
        Assert.DoesNotContain("Written to", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.jsonl")]
    public void A_run_that_is_resumed_in_the_middle_makes_the_same_film(string name)
    {
        using var films = new MadeFilms();
        string rows = Folder[name],
            film = Folder["film.mp4"];
        MadeVideo video = MadeVideo.Of(24);
        string[] command = [Clip, "-o", rows, "--annotate", film, "--every-frame"];
        Run(video, command);
        string whole = File.ReadAllText(film);
        byte[] all = File.ReadAllBytes(rows);
        File.WriteAllBytes(rows, all[..(all.Length / 2)]);
        File.WriteAllText(Mark(rows), "");
        File.WriteAllText(film, "an old film");
        CliResult result = Run(video, [.. command, "--resume"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal(all, File.ReadAllBytes(rows));
        Assert.Equal(whole, File.ReadAllText(film));
    }

    [Fact]
    public void Ctrl_c_leaves_no_film_and_resume_makes_it()
    {
        using var stop = new CancellationTokenSource();
        using var films = new MadeFilms();
        string rows = Folder["rows.csv"],
            film = Folder["film.mp4"];
        films.BeforeFrame = i =>
        {
            if (i == 7)
            {
                stop.Cancel();
            }
        };
        string[] command = [Clip, "-o", rows, "--annotate", film];
        CliResult result = Run(Moving, stop.Token, command);

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Contains($"{Clip}: interrupted while the film was drawn.", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{rows} is complete. Make the film with:\n  mien video ",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(film));
        Assert.Empty(Directory.GetFiles(Folder.Path, "*.part"));
        Assert.False(File.Exists(Mark(rows)));
        Assert.True(File.Exists(Mark(film)));

        films.BeforeFrame = null;
        Assert.Equal(ExitCodes.Done, Run(Moving, [.. command, "--resume"]).Code);
        Assert.True(File.Exists(film));
        Assert.False(File.Exists(Mark(film)));
        Assert.Equal(30, films.Last.Frames.Count);
    }

    [Fact]
    public void An_old_film_stays_until_the_new_one_is_complete_and_is_not_taken_for_it()
    {
        using var stop = new CancellationTokenSource();
        using var films = new MadeFilms();
        string rows = Folder["rows.csv"],
            film = Folder.Write("film.mp4", "old");
        films.BeforeFrame = _ => stop.Cancel();
        string[] command = [Clip, "-o", rows, "--annotate", film];
        Assert.Equal(ExitCodes.Interrupted, Run(Moving, stop.Token, command).Code);
        Assert.Equal("old", File.ReadAllText(film));

        films.BeforeFrame = null;
        Assert.Equal(ExitCodes.Done, Run(Moving, [.. command, "--resume"]).Code);
        Assert.NotEqual("old", File.ReadAllText(film));
    }

    [Fact]
    public void An_interrupted_analysis_makes_no_film()
    {
        using var stop = new CancellationTokenSource();
        using var films = new MadeFilms();
        MadeVideo video = Moving with
        {
            BeforeFrame = i =>
            {
                if (i == 14)
                {
                    stop.Cancel();
                }
            },
        };
        CliResult result = Run(video, stop.Token, Clip, "-o", Folder["rows.csv"], "--annotate", Folder["film.mp4"]);

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Empty(films.All);
    }

    [Fact]
    public void A_film_that_cannot_be_written_is_an_error_and_the_rows_stay()
    {
        using var films = new MadeFilms();
        string second = Folder.Write("second.mp4", "made"),
            results = Folder["results"],
            folder = Folder["films"];
        films.BeforeFrame = i =>
        {
            if (films.All.Count == 1 && i == 3)
            {
                throw new MienException(ErrorKind.Unavailable, "cannotWrite", "film: the disk is full.");
            }
        };
        string[] command = [Clip, second, "-o", results, "--annotate", folder];
        CliResult result = Run(_ => Moving, CancellationToken.None, command);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("error: film: the disk is full.", result.Error, StringComparison.Ordinal);
        Assert.Contains("2 videos: 1 failed, 1 ok.", result.Error, StringComparison.Ordinal);
        Assert.Equal(["second.mp4"], Names(folder));
        Assert.Equal(["clip.mp4.csv", "second.mp4.csv"], Names(results));

        films.BeforeFrame = null;
        CliResult again = Run(_ => Moving, CancellationToken.None, [.. command, "--resume"]);
        Assert.True(again.Code == ExitCodes.Done, again.Error);
        Assert.Equal(["clip.mp4", "second.mp4"], Names(folder));
        Assert.Contains("2 videos: 2 finished before.", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_videos_have_their_films_in_a_folder_which_is_not_read()
    {
        using var films = new MadeFilms();
        string videos = Folder["v"],
            folder = Folder["v/films"];
        foreach (string name in (string[])["a.mp4", "a.mkv", "sub/b.MP4", "sub/a.mp4"])
        {
            Folder.Write("v/" + name, "made");
        }

        for (int i = 0; i < 2; i++)
        {
            CliResult result = Run(_ => Moving, CancellationToken.None, videos, "--annotate", folder);
            Assert.True(result.Code == ExitCodes.Done, result.Error);
            Assert.Equal(4 * (i + 1), films.All.Count);
            Assert.Equal(
                ["a.mkv.mp4", "a.mp4", Path.Combine("sub", "a.mp4"), Path.Combine("sub", "b.MP4")],
                Directory
                    .GetFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(f => Path.GetRelativePath(folder, f))
                    .Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public void Films_have_different_names()
    {
        var files = new FilmFiles();

        Assert.Equal("a.mkv.mp4", files.Name("a.mkv"));
        Assert.Equal("a.mkv.mp4.mp4", files.Name("a.mkv.mp4"));
        Assert.Equal("A.MKV.mp4.mp4.mp4", files.Name("A.MKV.mp4"));
    }

    [Fact]
    public void The_film_of_a_truncated_video_has_what_can_be_read()
    {
        using var films = new MadeFilms();
        string rows = Folder["rows.csv"],
            film = Folder["film.mp4"];
        MadeVideo video = Moving with { ReadableFrames = 12, EndStatus = VideoEndStatus.Truncated };
        string[] command = [Clip, "-o", rows, "--annotate", film];
        CliResult result = Run(video, command);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("the video ends at 1.1 s instead of at 3 s.", result.Error, StringComparison.Ordinal);
        Assert.Equal(12, films.Last.Frames.Count);
        Assert.True(File.Exists(film));

        // It is not made again as long as nothing more can be read.
        Assert.Equal(ExitCodes.SomeFailed, Run(video, [.. command, "--resume"]).Code);
        Assert.Single(films.All);
        Assert.Equal(ExitCodes.Done, Run(Moving, [.. command, "--resume"]).Code);
        Assert.Equal(30, films.Last.Frames.Count);
    }

    [Fact]
    public void A_video_that_changes_before_the_film_is_an_error()
    {
        using var films = new MadeFilms();
        string film = Folder["film.mp4"];
        int opened = 0;
        CliResult result = Run(
            _ => opened++ == 0 ? Moving : Moving with { ReadableFrames = 5 },
            CancellationToken.None,
            Clip,
            "--annotate",
            film
        );

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("could be read up to frame 4 for the film", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(film));
        Assert.Empty(Directory.GetFiles(Folder.Path, "*.part"));
    }

    [Theory]
    [InlineData("CLIP --annotate film.mkv", "--annotate: 'film.mkv' must end in .mp4.")]
    [InlineData("CLIP --annotate CLIP", "is one of the videos. Choose another file.")]
    [InlineData("CLIP --annotate FOLDER", "is a folder, expected the name of a file to write.")]
    [InlineData("CLIP --annotate one.mp4 --chart one.mp4", "'one.mp4' must end in .png")]
    [InlineData("--camera 0 --annotate film.mp4", "--camera and --annotate exclude each other")]
    [InlineData("/dev/null --annotate film.mp4", "but '/dev/null' can be read only once.")]
    [InlineData("CLIP CLIP --annotate film.mp4", "with several videos each output is a folder")]
    [InlineData("FOLDER --annotate FOLDER", "contains the videos, which could be overwritten.")]
    [InlineData("CLIP CLIP --annotate FOLDER", "contains the videos, which could be overwritten.")]
    public void Wrong_usage_is_explained(string arguments, string message)
    {
        bool needsDevice = arguments.Contains("/dev/", StringComparison.Ordinal);
        Assert.SkipWhen(needsDevice && OperatingSystem.IsWindows(), "There is no /dev/null on Windows.");

        string[] args =
        [
            .. arguments
                .Split(' ')
                .Select(a =>
                    a == "CLIP" ? Clip
                    : a == "FOLDER" ? Folder.Path
                    : a
                ),
        ];
        CliResult result = Cli.Run(["video", .. args]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_the_video_is_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a permission on Windows.");
        File.CreateSymbolicLink(Folder["film.mp4"], Clip);
        CliResult result = Cli.Run("video", Clip, "--annotate", Folder["film.mp4"]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("would replace the video", result.Error, StringComparison.Ordinal);
    }

    private static string[] Names(string folder) =>
        [
            .. Directory
                .GetFiles(folder)
                .Select(f => Path.GetFileName(f)!)
                .Where(f => f[0] != '.')
                .Order(StringComparer.Ordinal),
        ];

    private static double Number(Dictionary<string, string> row, string column) =>
        double.Parse(row[column], CultureInfo.InvariantCulture);
}
