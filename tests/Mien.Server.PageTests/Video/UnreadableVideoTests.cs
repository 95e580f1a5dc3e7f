using System.Buffers.Binary;

namespace Mien.Server.PageTests;

/// <summary>Files that the browser does not show: the page says why, and what to do.</summary>
[Collection(OneBrowser.Name)]
public sealed class UnreadableVideoTests(PageFixture pages) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("empty.mp4", "This file is empty. Download or export the file again.")]
    [InlineData("text.mp4", "This file is damaged, or it is not a video.")]
    [InlineData("sound.m4a", "This file has sound but no picture. Choose a video with a picture.")]
    [InlineData("sound.mp4", "This file has sound but no picture.")]
    [InlineData("sound.mp3", "This file has sound but no picture.")]
    [InlineData("sound.mka", "This file has sound but no picture.")]
    [InlineData("hevc.mp4", "This browser cannot decode H.265 (HEVC) in MP4. Convert it, for example with “ffmpeg -i")]
    [InlineData("hevc-with-sound.mp4", "This browser cannot decode H.265 (HEVC) in MP4.")]
    [InlineData("mpeg2.mkv", "This browser cannot decode MPEG-2 in Matroska.")]
    [InlineData("mpeg2.mpg", "This browser cannot show this MPEG file: it lacks the codec, or the file is damaged.")]
    [InlineData("mpeg4.avi", "This browser cannot show this AVI file: it lacks the codec, or the file is damaged.")]
    [InlineData("incomplete.mp4", "This file is incomplete: the index of the MP4 file is missing.")]
    public async Task A_file_that_cannot_be_shown_says_what_is_wrong(string name, string message)
    {
        string path = Make(name);
        await using OpenedPage page = await pages.OpenAsync();
        var video = new VideoPage(page);

        await video.ChooseAsync(path);

        await Assertions.Expect(video.Problem).ToContainTextAsync("This video cannot be shown");
        await Assertions.Expect(video.Problem).ToContainTextAsync(message);
        await Assertions.Expect(video.Get(".player")).ToBeHiddenAsync();
        await Assertions.Expect(page.Get("#video-title")).ToHaveTextAsync(name);
        page.HasNoProblem();
        if (name == "hevc.mp4") // the longest message; the elements are those of the others
        {
            await page.CheckAsync("video-hevc");
        }
    }

    [Fact]
    public async Task The_next_video_removes_the_error()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        var video = new VideoPage(page);
        await video.ChooseAsync(Make("text.mp4"));
        await Assertions.Expect(video.Problem).ToHaveCountAsync(1);

        await page.ChooseAsync("Choose a video", MadeClips.File(MadeClips.Away).Path);

        await video.AnalysedAsync(1);
        await Assertions.Expect(video.Problem).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_damaged_video_keeps_the_results_before_the_damage()
    {
        // The frames after the first second are overwritten; the index at the front is whole.
        MadeClip clip = MadeClips.OneFace with
        {
            Options = ["-g", "25", "-bf", "0", "-movflags", "+faststart"],
        };
        byte[] bytes = await File.ReadAllBytesAsync(MadeClips.File(clip).Path);
        int data = bytes.AsSpan().IndexOf("mdat"u8) + 4;
        bytes.AsSpan((data + bytes.Length) / 2).Clear();
        string path = folder.Write("damaged.mp4", bytes);
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, path);

        await video.Button("Analyse whole video").ClickAsync();

        await Assertions.Expect(video.Problem).ToContainTextAsync("it may be damaged");
        await Assertions.Expect(video.Progress).ToContainTextAsync("The results so far are kept.");
        Assert.InRange((await video.RowsAsync()).Length, 3, 15);
    }

    private string Make(string name)
    {
        if (name == "empty.mp4")
        {
            return folder.Write(name, []);
        }

        if (name == "text.mp4")
        {
            return folder.Write(name, string.Concat(Enumerable.Repeat("This is not a video.\n", 100)));
        }

        if (name == "incomplete.mp4")
        {
            return folder.Write(name, WithoutIndex(File.ReadAllBytes(MadeClips.File(MadeClips.Away).Path)));
        }

        Ffmpeg.Require();
        string path = folder[name];
        string[] picture = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=1"];
        string[] sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"];
        string[] codec = name switch
        {
            "hevc.mp4" or "hevc-with-sound.mp4" => ["-c:v", "libx265", "-x265-params", "log-level=error"],
            "mpeg2.mkv" or "mpeg2.mpg" => ["-c:v", "mpeg2video"],
            "mpeg4.avi" => ["-c:v", "mpeg4"],
            _ => ["-vn"],
        };
        bool hasPicture = codec[0] != "-vn";
        bool hasSound = !hasPicture || name.Contains("sound", StringComparison.Ordinal);
        Ffmpeg.Run([
            .. hasPicture ? picture : [],
            .. hasSound ? sound : [],
            .. codec,
            .. hasPicture ? (string[])["-pix_fmt", "yuv420p"] : [],
            $"file:{path}",
        ]);
        return path;
    }

    /// <summary>The file as it is while a recording has not ended: without the index at its end.</summary>
    private static byte[] WithoutIndex(byte[] file)
    {
        int at = 0;
        while (!file.AsSpan(at + 4, 4).SequenceEqual("moov"u8))
        {
            at += BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
        }

        return file[..at];
    }
}
