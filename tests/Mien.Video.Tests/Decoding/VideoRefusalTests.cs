using System.Text;

namespace Mien.Video.Tests.Decoding;

/// <summary>What is not opened, and why.</summary>
public sealed class VideoRefusalTests : IDisposable
{
    private readonly TempFolder folder = new();

    public VideoRefusalTests() => TestClips.Need();

    [Theory]
    [InlineData("https://example.org/a.mp4", "badUrl", "Mien downloads nothing")]
    [InlineData("rtsp://camera/1", "badUrl", "is a URL")]
    [InlineData("missing.mp4", "fileNotFound", "there is no such file")]
    public async Task A_path_without_a_file(string path, string code, string text) =>
        await RefusedAsync(path, code, text);

    [Fact]
    public async Task A_folder() => await RefusedAsync(folder.Path, "isDirectory", "is a folder");

    [Fact]
    public async Task An_empty_file() => await RefusedAsync(folder.Write("a.mp4", ""), "emptyFile", "0 bytes");

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("a.txt")]
    [InlineData("a.ts")]
    public async Task A_text(string name) =>
        await RefusedAsync(
            folder.Write(name, string.Join('\n', Enumerable.Range(0, 500))),
            "notAVideo",
            "expected a video"
        );

    [Fact]
    public async Task Random_bytes()
    {
        byte[] junk = new byte[100_000];
        new Random(1).NextBytes(junk);
        junk[0] = 1;
        await RefusedAsync(folder.Write("a.mp4", junk), "notAVideo", "expected a video");
    }

    [Fact]
    public async Task Sound_only()
    {
        TestClips.Ffmpeg("-f", "lavfi", "-i", "sine=duration=1", folder["a.m4a"]);
        await RefusedAsync(folder["a.m4a"], "noVideoStream", "has sound but no video");
    }

    [Fact]
    public async Task Sound_with_a_cover()
    {
        string[] inputs =
        [
            "-f",
            "lavfi",
            "-i",
            "sine=duration=1",
            "-f",
            "lavfi",
            "-i",
            "color=red:size=64x64:duration=0.04",
        ];
        TestClips.Ffmpeg([
            .. inputs,
            "-frames:v",
            "1",
            "-c:v",
            "mjpeg",
            "-map",
            "0:a",
            "-map",
            "1:v",
            "-disposition:v",
            "attached_pic",
            folder["a.m4a"],
        ]);
        await RefusedAsync(folder["a.m4a"], "noVideoStream", "has sound but no video");
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a%03d.jpg")]
    [InlineData("a%03d.png")]
    [InlineData("a.bmp")]
    [InlineData("a.tiff")]
    public async Task A_still_picture(string name)
    {
        TestClips.Ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "color=red:size=64x64",
            "-frames:v",
            "1",
            "-update",
            "1",
            folder["x" + Path.GetExtension(name)]
        );
        File.Move(folder["x" + Path.GetExtension(name)], folder[name]);
        await RefusedAsync(folder[name], "stillPicture", "mien predict");
        string renamed = folder["renamed.mp4"];
        File.Move(folder[name], renamed);
        await RefusedAsync(renamed, "stillPicture", "mien predict");
    }

    [Fact]
    public async Task A_playlist()
    {
        string clip = TestClips.Make(folder["a.ts"], 20);
        string list = folder.Write(
            "a.m3u8",
            $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.8,\n{Path.GetFileName(clip)}\n#EXT-X-ENDLIST\n"
        );
        await RefusedAsync(list, "notAVideo", "playlist");
        await RefusedAsync(
            folder.Write("b.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.8,\nhttp://127.0.0.1:9/a.ts\n"),
            "notAVideo",
            "expected a video"
        );
    }

    [Fact]
    public async Task Frames_over_the_limit()
    {
        string clip = TestClips.Make(folder["a.mp4"], 5);
        await RefusedAsync(clip, "tooLarge", "256×96", new VideoOptions { MaxMegapixels = 0.02 });
    }

    [Fact]
    public async Task A_named_pipe_is_not_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders.");
        await RefusedAsync(folder.MakePipe("a.mp4"), "notAFile", "is a named pipe");
    }

    [Fact]
    public async Task An_MP4_without_its_index()
    {
        string clip = TestClips.Make(folder["a.mp4"], 60);
        byte[] bytes = File.ReadAllBytes(clip);
        await RefusedAsync(
            folder.Write("cut.mp4", bytes[..(bytes.Length / 2)]),
            "truncatedVideo",
            "its index (moov) is missing"
        );
    }

    [Fact]
    public async Task A_video_whose_frames_cannot_be_decoded()
    {
        string clip = TestClips.Make(folder["a.mp4"], 30, more: ["-movflags", "faststart"]);
        byte[] bytes = File.ReadAllBytes(clip);
        int data = bytes.AsSpan().IndexOf("mdat"u8) + 4;
        bytes.AsSpan(data).Clear();
        await RefusedAsync(folder.Write("zero.mp4", bytes), "damagedVideo", "no frame");
        await RefusedAsync(folder.Write("short.mp4", bytes[..(data + 8)]), "truncatedVideo", "before its first frame");
    }

    [Fact]
    public async Task Without_ffmpeg_the_error_says_how_to_install_it()
    {
        string clip = folder.Write("a.mp4", Encoding.UTF8.GetBytes("anything"));
        foreach (string given in new[] { folder["nothing"], folder.Path, clip })
        {
            MienException error = await RefusedAsync(
                clip,
                "noFfmpeg",
                "Install them:",
                new VideoOptions { Ffmpeg = given }
            );
            Assert.Equal(ErrorKind.Unavailable, error.Kind);
        }
    }

    [Fact]
    public async Task A_camera_that_is_not_there()
    {
        MienException error = await Assert.ThrowsAsync<MienException>(() =>
            VideoReader.OpenCameraAsync("/dev/video97", null, TestContext.Current.CancellationToken)
        );
        Assert.Equal("noSuchCamera", error.Code);
        Assert.Contains("list the cameras", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<MienException> RefusedAsync(
        string path,
        string code,
        string text,
        VideoOptions? options = null
    )
    {
        MienException error = await Assert.ThrowsAsync<MienException>(() =>
            VideoReader.OpenAsync(path, options, TestContext.Current.CancellationToken)
        );
        Assert.True(error.Code == code, $"{error.Code}: {error.Message}");
        Assert.Contains(options?.Ffmpeg ?? path, error.Message, StringComparison.Ordinal);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        return error;
    }
}
