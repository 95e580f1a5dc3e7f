using System.Runtime.InteropServices;
using System.Text.Json;

namespace Mien.Video.Tests.Films;

/// <summary>The sound of films: copied or encoded, and where the picture says it is.</summary>
public sealed class FilmSoundTests : IDisposable
{
    /// <summary>A packet of the codecs has at most this length, apart from AAC at 8 kHz.</summary>
    private const double Packet = 0.05;

    /// <summary>Silence, and a tone from 1 s on.</summary>
    private const string Tone = "aevalsrc=exprs='if(between(t,1,1.5),0.5*sin(2*PI*1000*t),0)':s=48000:d=2";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.mp4", "aac", "aac", true)]
    [InlineData("a.mp4", "libmp3lame", "mp3", true)]
    [InlineData("a.mkv", "libopus", "opus", true)]
    [InlineData("a.ts", "aac", "aac", true)]
    [InlineData("a.mov", "pcm_s16le", "aac", false)]
    [InlineData("a.ts", "mp2", "aac", false)]
    public async Task The_sound_is_copied_or_encoded_and_in_sync(
        string name,
        string codec,
        string expected,
        bool isCopied
    )
    {
        string source = Source(name, codec);
        MadeFilm film = await MadeFilm.OfAsync(source, folder["film.mp4"]);

        Assert.Equal([expected], Codecs(film.Path));
        Assert.Equal(!isCopied, film.Notes.Any(n => n.Contains("is encoded as AAC", StringComparison.Ordinal)));
        film.HasTimesOf(source);
        double shift = film.Shift.TotalSeconds;
        (double begin, double end) = ToneIn(source);
        (double filmBegin, double filmEnd) = ToneIn(film.Path);
        Assert.InRange(Math.Abs(filmBegin + shift - begin), 0, Packet);
        Assert.InRange(Math.Abs(filmEnd + shift - end), 0, Packet);
    }

    [Theory]
    [InlineData("a.mp4", "aac")]
    [InlineData("a.mkv", "libopus")]
    [InlineData("a.ts", "mp2")]
    public async Task The_sound_of_a_part_is_that_of_its_frames(string name, string codec)
    {
        string source = Source(name, codec);
        double zero = (await Reading.OfAsync(source)).Info.Start.TotalSeconds;
        var part = Reading.EveryFrame with
        {
            Start = TimeSpan.FromSeconds(zero + 0.55),
            End = TimeSpan.FromSeconds(zero + 1.3),
        };
        MadeFilm film = await MadeFilm.OfAsync(source, folder["film.mp4"], part);

        // The first frame of the part is the one at 0.56 s.
        Assert.Equal(zero + 0.56, film.Shift.TotalSeconds, 0.001);
        Assert.Equal(19, ProbedPicture.Of(film.Path).Times.Count);
        (double begin, _) = ToneIn(source);
        (double filmBegin, double filmEnd) = ToneIn(film.Path);
        Assert.InRange(Math.Abs(filmBegin + film.Shift.TotalSeconds - begin), 0, Packet);
        Assert.InRange(filmEnd, 0.74 - Packet, 0.74 + Packet);
    }

    [Fact]
    public async Task An_end_alone_ends_the_sound()
    {
        string source = Source("a.mp4", "aac");
        var part = Reading.EveryFrame with { End = TimeSpan.FromSeconds(1.3) };
        MadeFilm film = await MadeFilm.OfAsync(source, folder["film.mp4"], part);
        (double begin, double end) = ToneIn(film.Path);
        Assert.InRange(begin, 1 - Packet, 1 + Packet);
        Assert.InRange(end, 1.3 - Packet, 1.3 + Packet);
    }

    [Fact]
    public void Only_the_sound_up_to_the_end_is_tried()
    {
        Assert.Empty(FilmSound.Trial(null));
        Assert.Equal(["-t", "80.500000"], FilmSound.Trial(TimeSpan.FromSeconds(70.5)));
    }

    [Fact]
    public async Task Sound_of_a_video_that_begins_late_is_shifted_with_it()
    {
        string source = Source("a.ts", "aac", "-output_ts_offset", "7200");
        MadeFilm film = await MadeFilm.OfAsync(source, folder["film.mp4"]);
        Assert.InRange(film.Shift.TotalSeconds, 7200, 7202);
        (double begin, _) = ToneIn(film.Path);
        Assert.InRange(begin, 1 - Packet, 1 + Packet);
    }

    [Fact]
    public async Task A_video_without_sound_has_a_film_without_sound()
    {
        string source = MadeClips.File(Reading.Counters).Path;
        MadeFilm film = await MadeFilm.OfAsync(source, folder["film.mp4"]);
        Assert.Empty(Codecs(film.Path));
        Assert.Empty(film.Notes);
    }

    [Fact]
    public async Task Of_several_sound_tracks_the_default_one_is_in_the_film()
    {
        string clip = MadeClips.File(Reading.Counters).Path;
        string[] inputs = ["-i", $"file:{clip}", "-f", "lavfi", "-i", "anullsrc=d=1", "-f", "lavfi", "-i", Tone];
        string[] maps = ["-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "copy", "-c:a:0", "ac3", "-c:a:1", "aac"];
        Ffmpeg.Run([.. inputs, .. maps, "-disposition:a:0", "0", "-disposition:a:1", "default", folder["a.mkv"]]);
        MadeFilm film = await MadeFilm.OfAsync(folder["a.mkv"], folder["film.mp4"]);
        Assert.Equal(["aac"], Codecs(film.Path));
        Assert.Contains("2 sound tracks; the film has number 2", Assert.Single(film.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.mp4", "aac", 0.5)]
    [InlineData("a.mkv", "libvorbis", 1)]
    public async Task Damaged_sound_does_not_spoil_the_film(string name, string codec, double share)
    {
        string source = Source(name, codec);
        byte[] bytes = await File.ReadAllBytesAsync(source, TestContext.Current.CancellationToken);
        var random = new Random(23);
        JsonElement packets = Ffmpeg
            .Probe(source, "-select_streams", "a:0", "-show_entries", "packet=pos,size")
            .GetProperty("packets");
        foreach (JsonElement packet in packets.EnumerateArray().Where(_ => random.NextDouble() < share))
        {
            int at = int.Parse(packet.GetProperty("pos").GetString()!, Invariant);
            int size = int.Parse(packet.GetProperty("size").GetString()!, Invariant);

            // Of Matroska the position is that of the block, whose head must stay.
            int head = name == "a.mkv" ? 16 : 0;
            if (size > head)
            {
                random.NextBytes(bytes.AsSpan(at + head, size - head));
            }
        }

        string damaged = folder.Write($"damaged{System.IO.Path.GetExtension(name)}", bytes);
        MadeFilm film = await MadeFilm.OfAsync(damaged, folder["film.mp4"]);
        film.HasTimesOf(source);
        Assert.True(FilmFile.IsComplete(film.Path));
    }

    [Fact]
    public async Task Sound_that_cannot_be_read_is_left_out()
    {
        string source = Source("a.mov", "pcm_s16le");
        byte[] bytes = await File.ReadAllBytesAsync(source, TestContext.Current.CancellationToken);
        "zzzz"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("sowt"u8)));
        MadeFilm film = await MadeFilm.OfAsync(folder.Write("unknown.mov", bytes), folder["film.mp4"]);
        Assert.Empty(Codecs(film.Path));
        Assert.Contains("The film has no sound", Assert.Single(film.Notes), StringComparison.Ordinal);
        film.HasTimesOf(source);
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    /// <summary>A video of two seconds with a tone from 1 s to 1.5 s.</summary>
    private string Source(string name, string codec, params string[] more)
    {
        string clip = MadeClips.File(Reading.Counters with { Frames = 50 }).Path;
        string[] inputs = ["-i", $"file:{clip}", "-f", "lavfi", "-i", Tone, "-map", "0:v", "-map", "1:a"];
        Ffmpeg.Run([.. inputs, "-c:v", "copy", "-c:a", codec, .. more, $"file:{folder[name]}"]);
        return folder[name];
    }

    private static List<string?> Codecs(string path) =>
        Ffmpeg
            .Probe(path, "-show_streams", "-select_streams", "a")
            .GetProperty("streams")
            .EnumerateArray()
            .Select(s => s.GetProperty("codec_name").GetString())
            .ToList();

    /// <summary>Where the tone begins and ends, on the clock of the file.</summary>
    private (double Begin, double End) ToneIn(string path)
    {
        const int rate = 48_000;
        string raw = folder["tone.raw"];
        string filter = $"aresample={rate}:async=1:first_pts=0";
        Ffmpeg.Run(["-copyts", "-i", $"file:{path}", "-map", "0:a:0", "-af", filter, "-ac", "1", "-f", "f32le", raw]);
        ReadOnlySpan<float> samples = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(raw));
        int first = samples.IndexOfAnyInRange(0.1f, 2);
        int last = samples.LastIndexOfAnyInRange(0.1f, 2);
        Assert.True(first >= 0, $"There is no tone in {path}.");
        return ((double)first / rate, (double)last / rate);
    }
}
