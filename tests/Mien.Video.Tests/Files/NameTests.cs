using System.Net;
using System.Net.Sockets;

namespace Mien.Video.Tests;

/// <summary>Names that ffmpeg would read as something else, and files that point to others.</summary>
public sealed class NameTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("with spaces and 'quotes'.mp4")]
    [InlineData("percent%d.mp4")]
    [InlineData("percent%03d 100%.mp4")]
    [InlineData("-vf.mp4")]
    [InlineData("日本 ü.mp4")]
    [InlineData("no extension")]
    [InlineData("wrong.mkv")]
    [InlineData("picture.png")]
    [InlineData("http:")]
    [InlineData("a:b.mp4")]
    [InlineData("concat:a|b.mp4")]
    [InlineData("[x](y)\\z?*.mp4")]
    public async Task A_file_may_have_any_name(string name)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0,
            "Windows does not allow this name."
        );
        MadeClipFile file = MadeClips.File(Reading.Counters);
        File.Copy(file.Path, folder[name]);
        (await Reading.OfAsync(folder[name])).IsAllOf(file);
    }

    [Fact]
    public async Task A_relative_name_may_begin_with_a_dash()
    {
        MadeClipFile file = MadeClips.File(Reading.Counters);
        const string name = "-i clip of NameTests.mp4";
        try
        {
            File.Copy(file.Path, name, overwrite: true);
            (await Reading.OfAsync(name)).IsAllOf(file);
        }
        finally
        {
            File.Delete(name);
        }
    }

    /// <summary>
    /// The files are named pipes, so whoever opens one waits, which the test ends after some seconds.
    /// </summary>
    [Theory]
    [InlineData("list.m3u8")]
    [InlineData("list.mp4")]
    public async Task A_playlist_is_refused_and_its_files_are_not_opened(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders.");
        Ffmpeg.Require();
        string pipe = folder.MakePipe("part.ts");
        string[] lists =
        [
            $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{pipe}\n#EXT-X-ENDLIST\n",
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\npart.ts\n#EXT-X-ENDLIST\n",
            "ffconcat version 1.0\nfile part.ts\n",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\npart.ts\n",
        ];
        foreach (string list in lists)
        {
            await IsRefused(name, list);
        }
    }

    [Theory]
    [InlineData("list.m3u8")]
    [InlineData("list.mp4")]
    public async Task A_playlist_connects_to_no_server(string name)
    {
        Ffmpeg.Require();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        string url = $"http://{server.LocalEndpoint}/part.ts";
        string[] lists =
        [
            $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}\n#EXT-X-ENDLIST\n",
            $"ffconcat version 1.0\nfile {url}\n",
            $"<?xml version=\"1.0\"?><MPD><Period><AdaptationSet><Representation><BaseURL>{url}</BaseURL>"
                + "</Representation></AdaptationSet></Period></MPD>",
        ];
        foreach (string list in lists)
        {
            await IsRefused(name, list);
        }

        Assert.False(server.Pending());
    }

    private async Task IsRefused(string name, string list)
    {
        string path = folder.Write(name, list);
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        MienException e = await Assert.ThrowsAsync<MienException>(async () =>
            await Reading.OfAsync(await VideoReader.OpenAsync(path, Reading.EveryFrame, time.Token))
        );
        Assert.Equal("notAVideo", e.Code);
    }
}
