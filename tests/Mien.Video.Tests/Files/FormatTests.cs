namespace Mien.Video.Tests;

/// <summary>
/// Containers, codecs, rates and tags: no frame is lost or invented, and times are exact to the time base.
/// </summary>
public sealed class FormatTests
{
    private static readonly Dictionary<string, MadeClip> Clips = new()
    {
        // H.264 has B-frames, so the order in the file is not that of the times, and MP4 has an edit list.
        ["mp4"] = Reading.Counters,
        ["mp4 with sound"] = Reading.Counters with { HasAudio = true },
        ["mov"] = Reading.Counters with { Container = "mov" },
        ["mkv"] = Reading.Counters with { Container = "mkv" },
        ["webm"] = Reading.Counters with
        {
            Container = "webm",
            Codec = "libvpx",
            Options = ["-deadline", "realtime", "-b:v", "1M"],
        },
        ["avi"] = Reading.Counters with { Container = "avi", Codec = "mpeg4", Options = ["-q:v", "3"] },
        ["ts"] = Reading.Counters with { Container = "ts" },
        ["mjpeg"] = Reading.Counters with { Container = "avi", Codec = "mjpeg", PixelFormat = "yuvj420p" },
        ["lossless"] = Reading.Counters with { Container = "mkv", Codec = "ffv1", PixelFormat = "bgr0" },
        ["gif"] = Reading.Counters with { Container = "gif", Codec = "gif", PixelFormat = "rgb8" },
        ["hevc"] = Reading.Counters with
        {
            Codec = "libx265",
            Options = ["-preset", "ultrafast", "-x265-params", "log-level=error"],
        },
        ["no B-frames"] = Reading.Counters with { Options = ["-bf", "0"] },
        ["one key frame, 8 B-frames"] = Reading.Counters with { Options = ["-bf", "8", "-g", "250"] },
        ["open groups"] = Reading.Counters with { Options = ["-x264-params", "open-gop=1:keyint=8"] },
        ["10 bit"] = Reading.Counters with { PixelFormat = "yuv420p10le" },
        ["odd size"] = Reading.Counters with { Width = 321, Height = 239, PixelFormat = "yuv444p" },
        ["1 frame a second"] = Reading.Counters with { Rate = 1, Frames = 5 },
        ["120 frames per second"] = Reading.Counters with { Rate = 120, Frames = 60 },
        ["29.97 frames per second"] = Reading.Counters with { Rate = 30000, RateDivisor = 1001 },
        ["variable rate"] = Reading.Counters with { Durations = [20, 40, 100, 33] },
        ["variable rate, mkv"] = Reading.Counters with { Durations = [20, 400, 7], Container = "mkv" },
        ["start at 1.5 s"] = Reading.Counters with { Start = 1.5 },
        ["start at 2 h, ts"] = Reading.Counters with { Start = 7200, Container = "ts" },
        ["fragmented"] = Reading.Counters with { Options = ["-movflags", "frag_keyframe+empty_moov", "-g", "10"] },
        ["one frame"] = Reading.Counters with { Frames = 1 },
    };

    public static TheoryData<string> Names => [.. Clips.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_frame_is_read_once_with_its_number_and_time(string name)
    {
        MadeClipFile file = MadeClips.File(Clips[name]);
        Reading reading = await Reading.OfAsync(file.Path);

        reading.IsAllOf(file);
        Assert.Equal((Clips[name].Width, Clips[name].Height), (reading.Info.Width, reading.Info.Height));
        Assert.Equal((name == "mp4 with sound", false), (reading.Info.HasAudio, reading.Info.IsHdr));
        Check.All(reading.Frames, f => Assert.Equal((reading.Info.Width, reading.Info.Height), (f.Width, f.Height)));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public async Task A_portrait_is_read_upright(int rotation)
    {
        MadeClipFile file = MadeClips.File(
            Reading.Counters with
            {
                Width = 240,
                Height = 320,
                Rotation = rotation,
                Container = rotation == 90 ? "mov" : "mp4",
            }
        );
        Reading reading = await Reading.OfAsync(file.Path);

        reading.IsAllOf(file);
        Assert.Equal((240, 320, rotation), (reading.Info.Width, reading.Info.Height, reading.Info.Rotation));
    }

    [Theory]
    [InlineData("smpte2084")]
    [InlineData("arib-std-b67")]
    public async Task A_high_dynamic_range_is_read_and_said(string transfer)
    {
        MadeClipFile file = MadeClips.File(
            Reading.Counters with
            {
                PixelFormat = "yuv420p10le",
                Options = ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"],
            }
        );
        Reading reading = await Reading.OfAsync(file.Path);

        reading.IsAllOf(file);
        Assert.True(reading.Info.IsHdr);
        Assert.Contains(reading.Notes, n => n.Contains("without tone mapping", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mp4", 5)]
    [InlineData("mp4", 7.5)]
    [InlineData("29.97 frames per second", 10)]
    [InlineData("variable rate, mkv", 5)]
    [InlineData("start at 1.5 s", 5)]
    [InlineData("1 frame a second", 5)]
    public async Task A_sample_is_the_first_frame_of_each_interval(string name, double rate)
    {
        MadeClipFile file = MadeClips.File(Clips[name]);
        Reading reading = await Reading.OfAsync(file.Path, new VideoOptions { FramesPerSecond = rate });

        IEnumerable<TrueFrame> expected = file
            .Truth.Frames.GroupBy(f => Math.Floor((f.Time.TotalSeconds * rate) + 1e-6))
            .Select(g => g.First());
        Assert.Equal(
            expected.Select(f => (f.Number, f.Time, (int?)f.Number)),
            reading.Frames.Select(f => (f.Number, f.Time, f.Counter))
        );
    }

    [Theory]
    [InlineData("mp4")]
    [InlineData("variable rate, mkv")]
    [InlineData("start at 1.5 s")]
    [InlineData("ts")]
    public async Task A_part_has_the_numbers_and_times_of_the_whole(string name)
    {
        MadeClipFile file = MadeClips.File(Clips[name]);
        TimeSpan start = file.Truth.Frames[8].Time;
        TimeSpan end = file.Truth.Frames[20].Time;
        Reading reading = await Reading.OfAsync(file.Path, Reading.EveryFrame with { Start = start, End = end });

        Assert.Equal(
            file.Truth.Frames.Skip(8).Take(12).Select(f => (f.Number, f.Time, (int?)f.Number)),
            reading.Frames.Select(f => (f.Number, f.Time, f.Counter))
        );
        Assert.Equal(VideoEndStatus.Complete, reading.End.Status);
    }
}
