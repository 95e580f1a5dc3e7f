using System.Diagnostics;
using System.Globalization;

namespace Mien.Video.Tests;

public sealed class FfmpegTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Without_ffmpeg_the_error_says_how_to_install_it()
    {
        string path = folder.Write("a.mp4", [1, 2, 3]);
        MienException e = await Assert.ThrowsAsync<MienException>(() =>
            Reading.OfAsync(path, new VideoOptions { Ffmpeg = folder.Path })
        );
        Assert.Equal("noFfmpeg", e.Code);
        Assert.Contains("Install", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A script notes the process and becomes ffmpeg, which waits while its frames are not read.</summary>
    [Fact]
    public async Task An_ffmpeg_that_is_killed_gives_what_was_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is one of a Unix shell.");
        MadeClipFile file = MadeClips.File(new MadeClip { Width = 640, Height = 480 });
        string script = folder.Write(
            "ffmpeg",
            $"#!/bin/sh\necho $$ > '{folder["process"]}'\nexec '{Ffmpeg.Program}' \"$@\"\n"
        );
        File.CreateSymbolicLink(
            folder["ffprobe"],
            Ffmpeg.Program.Replace("ffmpeg", "ffprobe", StringComparison.Ordinal)
        );
        MakeExecutable(script);
        //UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        CancellationToken token = TestContext.Current.CancellationToken;
        await using VideoReader reader = await VideoReader.OpenAsync(
            file.Path,
            Reading.EveryFrame with
            {
                Ffmpeg = folder.Path,
            },
            token
        );
        int frames = 0;
        await foreach (VideoFrame frame in reader.ReadFramesAsync(token))
        {
            using (frame)
            {
                Assert.Equal((frames, frames), (frame.Number, FrameCounter.Read(frame.Photo)));
                if (++frames == 3)
                {
                    string id = await File.ReadAllTextAsync(folder["process"], token);
                    using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
                    process.Kill();
                }
            }
        }

        Assert.InRange(frames, 3, 20);
        Assert.Equal(VideoEndStatus.Truncated, reader.End!.Status);
        Assert.Contains("ended from outside", reader.End.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_is_left_early_ends_ffmpeg()
    {
        MadeClipFile file = MadeClips.File(new MadeClip { Width = 640, Height = 480 });
        await using VideoReader reader = await VideoReader.OpenAsync(
            file.Path,
            Reading.EveryFrame,
            TestContext.Current.CancellationToken
        );
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            frame.Dispose();
            break;
        }

        Assert.Null(reader.End);
    }

    [Fact]
    public async Task A_camera_that_is_not_there_is_named()
    {
        Ffmpeg.Require();
        string device = OperatingSystem.IsWindows() ? "video=No such camera" : "/dev/video97";
        MienException e = await Assert.ThrowsAsync<MienException>(async () =>
            await Reading.OfAsync(
                await VideoReader.OpenCameraAsync(device, Reading.EveryFrame, TestContext.Current.CancellationToken)
            )
        );
        Assert.Equal("noSuchCamera", e.Code);
        Assert.Contains(device, e.Message, StringComparison.Ordinal);
    }

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
