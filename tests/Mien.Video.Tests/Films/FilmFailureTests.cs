using System.Diagnostics;

namespace Mien.Video.Tests.Films;

/// <summary>Films that cannot be written: the error says why, and nothing is left behind.</summary>
public sealed class FilmFailureTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Without_an_encoder_the_error_names_others()
    {
        string ffmpeg = ScriptedFfmpeg.Make(
            folder,
            "case \"$*\" in *-encoders*) echo ' V....D mpeg4   MPEG-4'; exit 0 ;; esac"
        );
        MienException e = await Assert.ThrowsAsync<MienException>(() => WriteAsync(folder["film.mp4"], ffmpeg));
        Assert.Equal(("noEncoder", ErrorKind.Unavailable), (e.Code, e.Kind));
        foreach (string text in (string[])["Install", "libx264", "libopenh264", "--ffmpeg", ffmpeg])
        {
            Assert.Contains(text, e.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(folder["film.mp4"]));
    }

    [Fact]
    public async Task An_encoder_that_does_not_work_is_passed_over()
    {
        // The script does not encode: a trial ends well for one of the two.
        string ffmpeg = ScriptedFfmpeg.Make(
            folder,
            """
            case "$*" in
            *-encoders*) echo ' V....D h264_nvenc   NVENC'; echo ' V....D h264_qsv   QSV'; exit 0 ;;
            *h264_nvenc*) cat > /dev/null; echo 'no such device' >&2; exit 1 ;;
            *h264_qsv*) cat > /dev/null; exit 0 ;;
            esac
            """
        );
        FfmpegTools tools = await FfmpegTools.FindAsync(ffmpeg, Token);
        var settings = new H264Encoder.Settings(64, 64, 25, 20);
        Assert.Equal("h264_qsv", (await H264Encoder.FindAsync(tools, settings, Token)).Name);
    }

    [Fact]
    public async Task An_encoder_that_does_not_work_is_named_with_the_reason()
    {
        string ffmpeg = ScriptedFfmpeg.Make(
            folder,
            """
            case "$*" in
            *-encoders*) echo ' V....D h264_nvenc   NVENC'; exit 0 ;;
            *h264_nvenc*) cat > /dev/null; echo 'no such device' >&2; exit 1 ;;
            esac
            """
        );
        MienException e = await Assert.ThrowsAsync<MienException>(() => WriteAsync(folder["film.mp4"], ffmpeg));
        Assert.Equal("noEncoder", e.Code);
        Assert.Contains("h264_nvenc: no such device", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encoders_are_read_out_of_the_list_of_ffmpeg() =>
        Assert.Equal(
            ["libx264", "mpeg4"],
            H264Encoder
                .Names(
                    """
                    Encoders:
                     V..... = Video
                     A..... = Audio
                     ------
                     V....D libx264              libx264 H.264 / AVC / MPEG-4 AVC (codec h264)
                     V.S... mpeg4                MPEG-4 part 2
                     A....D aac                  AAC (Advanced Audio Coding)
                    """
                )
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public async Task An_encoder_that_is_killed_is_an_error_and_its_film_is_gone()
    {
        string ffmpeg = ScriptedFfmpeg.Make(folder, ScriptedFfmpeg.NotesProcess(folder));
        MienException e = await Assert.ThrowsAsync<MienException>(() =>
            WriteAsync(
                folder["film.mp4"],
                ffmpeg,
                frames: 500,
                after: number =>
                {
                    if (number == 20)
                    {
                        using Process? process = ScriptedFfmpeg.Noted(folder);
                        process!.Kill();
                    }
                }
            )
        );
        Assert.Equal("encoderFailed", e.Code);
        Assert.Contains("ended from outside", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["film.mp4"]));
    }

    [Fact]
    public async Task An_encoder_that_fails_is_quoted()
    {
        string ffmpeg = ScriptedFfmpeg.Make(
            folder,
            "case \"$*\" in *matroska*) echo '[libx264 @ 0x1] [error] out of luck' >&2; exit 1 ;; esac"
        );
        MienException e = await Assert.ThrowsAsync<MienException>(() =>
            WriteAsync(folder["film.mp4"], ffmpeg, frames: 500)
        );
        Assert.Equal("encoderFailed", e.Code);
        Assert.Contains("ffmpeg: out of luck, after 0 of", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["film.mp4"]));
    }

    [Fact]
    public async Task A_full_disk_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a device that is always full.");
        Ffmpeg.Require();
        MienException e = await Assert.ThrowsAsync<MienException>(() => WriteAsync("/dev/full", frames: 500));
        Assert.Equal("cannotWrite", e.Code);
        Assert.StartsWith("/dev/full: the disk is full", e.Message, StringComparison.Ordinal);
        Assert.True(File.Exists("/dev/full"));
    }

    /// <summary>A limit for the size of files ends the film in the middle, or at the end.</summary>
    [Theory]
    [InlineData(400)]
    [InlineData(3)]
    public async Task A_film_that_does_not_fit_is_an_error_and_gone(int frames)
    {
        string ffmpeg = ScriptedFfmpeg.Make(
            folder,
            "case \"$*\" in *matroska*) trap '' XFSZ; ulimit -f 8 ;; esac" // 4 or 8 KiB
        );
        MienException e = await Assert.ThrowsAsync<MienException>(() => WriteAsync(folder["film.mp4"], ffmpeg, frames));
        Assert.Equal("cannotWrite", e.Code);
        Assert.Contains("the film cannot be written (ffmpeg: ", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["film.mp4"]));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error_before_the_first_frame()
    {
        string path = System.IO.Path.Combine(folder["none"], "film.mp4");
        MienException e = await Assert.ThrowsAsync<MienException>(() => WriteAsync(path, frames: 0));
        Assert.Equal("cannotWrite", e.Code);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_film_without_a_frame_is_an_error()
    {
        MienException e = await Assert.ThrowsAsync<MienException>(() => WriteAsync(folder["film.mp4"], frames: 0));
        Assert.Equal(("emptyFilm", ErrorKind.BadInput), (e.Code, e.Kind));
        Assert.False(File.Exists(folder["film.mp4"]));
    }

    [Fact]
    public async Task Cancelling_ends_ffmpeg_and_removes_the_film()
    {
        string ffmpeg = ScriptedFfmpeg.Make(folder, ScriptedFfmpeg.NotesProcess(folder));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            WriteAsync(
                folder["film.mp4"],
                ffmpeg,
                frames: 500,
                after: number =>
                {
                    if (number == 20)
                    {
                        stop.Cancel();
                    }
                },
                stop.Token
            )
        );
        using Process? process = ScriptedFfmpeg.Noted(folder);
        Assert.True(process is null || process.HasExited);
        Assert.False(File.Exists(folder["film.mp4"]));
    }

    [Fact]
    public async Task A_writer_that_is_left_early_ends_ffmpeg_and_removes_the_film()
    {
        await using VideoReader reader = await OpenAsync(null);
        string source = MadeClips.File(Reading.Counters).Path;
        await using (FilmWriter writer = await FilmWriter.CreateAsync(reader, source, folder["film.mp4"], null, Token))
        {
            Assert.True(File.Exists(folder["film.mp4"]));
            await writer.WriteAsync(new byte[320 * 240 * 4], TimeSpan.Zero, Token);
            await Assert.ThrowsAsync<ArgumentException>(() =>
                writer.WriteAsync(new byte[320 * 240 * 3], TimeSpan.Zero, Token).AsTask()
            );
        }

        Assert.False(File.Exists(folder["film.mp4"]));
    }

    [Fact]
    public async Task A_film_that_has_ended_takes_no_frames_and_stays()
    {
        await using VideoReader reader = await OpenAsync(null);
        string source = MadeClips.File(Reading.Counters).Path;
        FilmWriter writer = await FilmWriter.CreateAsync(reader, source, folder["film.mp4"], null, Token);
        await using (writer)
        {
            await writer.WriteAsync(new byte[320 * 240 * 4], TimeSpan.Zero, Token);
            await writer.CompleteAsync(Token);
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                writer.WriteAsync(new byte[320 * 240 * 4], TimeSpan.FromSeconds(1), Token).AsTask()
            );
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.CompleteAsync(Token));
        Assert.True(FilmFile.IsComplete(folder["film.mp4"]));
        Assert.Equal("libx264", writer.Encoder);
    }

    private static Task<VideoReader> OpenAsync(string? ffmpeg) =>
        VideoReader.OpenAsync(
            MadeClips.File(Reading.Counters).Path,
            Reading.EveryFrame with
            {
                Ffmpeg = ffmpeg,
            },
            Token
        );

    /// <summary>Writes frames of noise, which do not become small.</summary>
    private static async Task WriteAsync(
        string path,
        string? ffmpeg = null,
        int frames = 5,
        Action<int>? after = null,
        CancellationToken? cancellationToken = null
    )
    {
        CancellationToken token = cancellationToken ?? Token;
        await using VideoReader reader = await OpenAsync(ffmpeg);
        string source = MadeClips.File(Reading.Counters).Path;
        await using FilmWriter writer = await FilmWriter.CreateAsync(reader, source, path, null, token);
        byte[] pixels = new byte[writer.Width * writer.Height * 4];
        var random = new Random(23);
        for (int i = 0; i < frames; i++)
        {
            random.NextBytes(pixels);
            await writer.WriteAsync(pixels, TimeSpan.FromSeconds(i * 0.04), token);
            after?.Invoke(i);
        }

        await writer.CompleteAsync(token);
    }
}
