using System.Globalization;

namespace Mien.Video.Tests.Films;

/// <summary>Every frame of a video is in its film once, and ffprobe prints the same times for both.</summary>
public sealed class FilmTimesTests : IDisposable
{
    private static readonly Dictionary<string, MadeClip> Clips = new()
    {
        ["mp4, B-frames"] = Reading.Counters,
        ["avi, 29.97"] = Reading.Counters with
        {
            Container = "avi",
            Codec = "mpeg4",
            Rate = 30000,
            RateDivisor = 1001,
            Options = ["-q:v", "3"],
        },
        ["1 frame per second"] = Reading.Counters with { Rate = 1, Frames = 5 },
        ["120 frames per second"] = Reading.Counters with { Rate = 120, Frames = 60 },
        ["29.97"] = Reading.Counters with { Rate = 30000, RateDivisor = 1001 },
        ["variable rate"] = Reading.Counters with { Durations = [20, 40, 100, 33, 7] },
        ["variable rate, mkv"] = Reading.Counters with { Durations = [20, 400, 7], Container = "mkv" },
        ["a long last frame"] = Reading.Counters with
        {
            Durations = [20, 40, 30, 20, 900],
            Frames = 15,
            Options = ["-bf", "0"],
        },
        ["start at 0.033 s, 1/90000"] = Reading.Counters with
        {
            Start = 0.0334,
            Options = ["-video_track_timescale", "90000"],
        },
        ["one frame"] = Reading.Counters with { Frames = 1 },
    };

    private readonly TempFolder folder = new();

    public static TheoryData<string> Names => [.. Clips.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_frame_is_in_the_film_once_at_its_time(string name)
    {
        MadeClipFile clip = MadeClips.File(Clips[name]);
        MadeFilm film = await MadeFilm.OfAsync(clip.Path, folder["film.mp4"]);

        film.HasTimesOf(clip.Path);
        Assert.Equal((TimeSpan.Zero, 0), (film.Shift, film.Notes.Count));
        (await Reading.OfAsync(film.Path)).IsAllOf(clip);
        if (name is "mp4, B-frames" or "29.97" or "a long last frame" or "1 frame per second")
        {
            // The last frame lasts as long as in the source.
            Assert.Equal(
                ProbedPicture.Of(clip.Path).Duration!.Value,
                ProbedPicture.Of(film.Path).Duration!.Value,
                0.0011
            );
        }
    }

    [Theory]
    [InlineData("mp4", 1.5)]
    [InlineData("ts", 0)]
    [InlineData("ts", 95_000)]
    public async Task A_video_that_begins_late_has_a_film_that_begins_at_0(string container, double start)
    {
        MadeClipFile clip = MadeClips.File(Reading.Counters with { Container = container, Start = start });
        MadeFilm film = await MadeFilm.OfAsync(clip.Path, folder["film.mp4"]);

        film.HasTimesOf(clip.Path);
        Assert.Equal(clip.Truth.Frames[0].Time, film.Shift);
        string shift = film.Shift.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture);
        Assert.Contains($"{shift} s", Assert.Single(film.Notes), StringComparison.Ordinal);
        await HasCountersAsync(film, clip.Truth.Frames);
    }

    [Theory]
    [InlineData("mp4, B-frames")]
    [InlineData("variable rate, mkv")]
    public async Task A_part_begins_at_0(string name)
    {
        MadeClipFile clip = MadeClips.File(Clips[name]);
        var part = Reading.EveryFrame with { Start = clip.Truth.Frames[8].Time, End = clip.Truth.Frames[20].Time };
        MadeFilm film = await MadeFilm.OfAsync(clip.Path, folder["film.mp4"], part);

        film.HasTimesOf(clip.Path, skip: 8, take: 12);
        Assert.Equal(clip.Truth.Frames[8].Time, film.Shift);
        await HasCountersAsync(film, [.. clip.Truth.Frames.Skip(8).Take(12)]);
    }

    [Fact]
    public async Task An_end_alone_keeps_the_beginning()
    {
        MadeClipFile clip = MadeClips.File(Clips["start at 0.033 s, 1/90000"]);
        var part = Reading.EveryFrame with { Start = TimeSpan.FromSeconds(0.01), End = clip.Truth.Frames[20].Time };
        MadeFilm film = await MadeFilm.OfAsync(clip.Path, folder["film.mp4"], part);

        Assert.Equal(TimeSpan.Zero, film.Shift);
        film.HasTimesOf(clip.Path, take: 20);
    }

    [Fact]
    public async Task A_film_continues_where_the_times_of_the_video_go_back()
    {
        MadeClipFile clip = MadeClips.File(Reading.Counters with { Container = "ts", Frames = 40 });
        byte[] bytes = await File.ReadAllBytesAsync(clip.Path, TestContext.Current.CancellationToken);
        string joined = folder.Write("joined.ts", [.. bytes, .. bytes]);
        MadeFilm film = await MadeFilm.OfAsync(joined, folder["film.mp4"]);

        ProbedPicture picture = ProbedPicture.Of(film.Path);
        Assert.Equal(picture.Stamps.Order().Distinct(), picture.Stamps);
        Assert.Equal(ProbedPicture.Of(clip.Path).TimesFrom(0), picture.Times.Take(40));
        await HasCountersAsync(film, [.. clip.Truth.Frames, .. clip.Truth.Frames]);
        Assert.Contains("40 of 80 frames are later", film.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_is_before_the_data_and_key_frames_are_two_seconds_apart()
    {
        MadeClipFile clip = MadeClips.File(Reading.Counters with { Frames = 125, Width = 160, Height = 120 });
        MadeFilm film = await MadeFilm.OfAsync(clip.Path, folder["film.mp4"]);

        Assert.True(FilmFile.IsComplete(film.Path));
        byte[] bytes = await File.ReadAllBytesAsync(film.Path, TestContext.Current.CancellationToken);
        Assert.InRange(bytes.AsSpan().IndexOf("moov"u8), 1, bytes.AsSpan().IndexOf("mdat"u8));
        Assert.False(FilmFile.IsComplete(folder.Write("short.mp4", bytes[..^1])));
        Assert.False(FilmFile.IsComplete(folder.Write("empty.mp4", "")));
        Assert.False(FilmFile.IsComplete(folder["missing.mp4"]));
        IEnumerable<string> keys = Ffmpeg
            .Probe(film.Path, "-show_entries", "packet=pts_time,flags")
            .GetProperty("packets")
            .EnumerateArray()
            .Where(p => p.GetProperty("flags").GetString()![0] == 'K')
            .Select(p => p.GetProperty("pts_time").GetString()!);
        Assert.Subset(keys.ToHashSet(), new HashSet<string> { "0.000000", "2.000000", "4.000000" });
    }

    private static async Task HasCountersAsync(MadeFilm film, IReadOnlyList<TrueFrame> frames)
    {
        Reading reading = await Reading.OfAsync(film.Path);
        Assert.Equal(frames.Select(f => (int?)f.Number), reading.Frames.Select(f => f.Counter));
        Assert.Equal(VideoEndStatus.Complete, reading.End.Status);
    }
}
