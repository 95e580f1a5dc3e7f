using System.Globalization;
using System.Text.Json;
using Mien.Cli;
using Mien.CommandLine;

namespace Mien.Server.PageTests;

/// <summary>A film of <c>mien video --annotate</c> in the browser.</summary>
[Collection(OneBrowser.Name)]
public sealed class FilmTests(PageFixture pages) : IDisposable
{
    private const string Page = """<!doctype html><title>Film</title><video src="film.mp4" muted></video>""";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_browser_plays_a_film_and_seeks_to_the_exact_frame()
    {
        await using OpenedPage page = await pages.OpenAsync();
        MadeClip clip = MadeClips.OneFace with { HasAudio = true, Durations = [20, 60, 40] };
        string path = Make(clip);
        byte[] film = await File.ReadAllBytesAsync(path);
        IReadOnlyList<TimeSpan> times = Ffmpeg.Times(path);
        await page.Page.RouteAsync(
            "**/film.html",
            route => route.FulfillAsync(new RouteFulfillOptions { Body = Page, ContentType = "text/html" })
        );
        await page.Page.RouteAsync("**/film.mp4", route => ServeAsync(route, film));
        await page.Page.GotoAsync(new Uri(pages.Address, "film.html").ToString());

        // In the middle of a frame, forwards and backwards, so that rounding decides nothing.
        int[] frames = [0, 57, 21, 98, 3];
        double[] seeks = [.. frames.Select(i => (times[i] + times[i + 1]).TotalSeconds / 2)];
        using JsonDocument shown = await EvaluateAsync(
            page,
            """
            async times => {
              const video = document.querySelector('video');
              const done = name => new Promise((resolve, reject) => {
                video.addEventListener(name, resolve, { once: true });
                video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
              });
              if (video.readyState < 1) {
                await done('loadedmetadata');
              }
              const canvas = document.createElement('canvas');
              canvas.width = video.videoWidth;
              canvas.height = video.videoHeight;
              const shown = [];
              for (const time of times) {
                const frame = new Promise(resolve => video.requestVideoFrameCallback((_, data) => resolve(data)));
                const seeked = done('seeked');
                video.currentTime = time;
                await seeked;
                const { mediaTime } = await frame;
                canvas.getContext('2d').drawImage(video, 0, 0);
                shown.push({ time: video.currentTime, mediaTime, png: canvas.toDataURL('image/png') });
              }
              const ended = done('ended');
              video.currentTime = 0;
              video.playbackRate = 4;
              await video.play();
              await ended;
              return JSON.stringify({
                shown,
                width: video.videoWidth,
                height: video.videoHeight,
                duration: video.duration,
                sound: video.webkitAudioDecodedByteCount,
                error: video.error && video.error.message,
              });
            }
            """,
            seeks
        );

        JsonElement root = shown.RootElement;
        Assert.Equal(clip.Width, root.GetProperty("width").GetInt32());
        Assert.Equal(clip.Height, root.GetProperty("height").GetInt32());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("error").ValueKind);
        Assert.True(root.GetProperty("sound").GetInt64() > 0, "The browser decoded no sound.");
        Assert.Equal(clip.TimeOf(clip.Frames), root.GetProperty("duration").GetDouble(), 0.1);
        Check.All(
            root.GetProperty("shown").EnumerateArray(),
            (seek, i) =>
            {
                Assert.Equal(seeks[i], seek.GetProperty("time").GetDouble(), 0.001);
                Assert.Equal(times[frames[i]].TotalSeconds, seek.GetProperty("mediaTime").GetDouble(), 0.001);
                Assert.Equal(frames[i], NumberOf(seek.GetProperty("png").GetString()!));
            }
        );
    }

    /// <summary>Makes the film of a clip with the command.</summary>
    private string Make(MadeClip clip)
    {
        string film = folder["film.mp4"];
        CommandResult result = CommandResult.Of(
            MienCommand.Create(),
            [
                "video",
                MadeClips.File(clip).Path,
                "--annotate",
                film,
                "--detector",
                "front",
                "--model",
                BrightnessModel.Write(folder["m.onnx"]),
            ]
        );
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        return film;
    }

    /// <summary>The number that the clip has drawn into its frame.</summary>
    private static int? NumberOf(string png)
    {
        string data = png[(png.IndexOf(',', StringComparison.Ordinal) + 1)..];
        using Photo photo = Photo.Decode(Convert.FromBase64String(data));
        return FrameCounter.Read(photo);
    }

    private static async Task<JsonDocument> EvaluateAsync(OpenedPage page, string script, double[] argument) =>
        JsonDocument.Parse(await page.Page.EvaluateAsync<string>(script, argument));

    /// <summary>Serves a file as a web server does, which answers requests for a part of it.</summary>
    private static Task ServeAsync(IRoute route, byte[] file)
    {
        const string Unit = "bytes=";
        var headers = new Dictionary<string, string> { ["accept-ranges"] = "bytes", ["content-type"] = "video/mp4" };
        if (
            !route.Request.Headers.TryGetValue("range", out string? range)
            || !range.StartsWith(Unit, StringComparison.Ordinal)
        )
        {
            return route.FulfillAsync(new RouteFulfillOptions { BodyBytes = file, Headers = headers });
        }

        string[] ends = range[Unit.Length..].Split('-');
        int first = int.Parse(ends[0], CultureInfo.InvariantCulture),
            last = ends[1].Length == 0 ? file.Length - 1 : int.Parse(ends[1], CultureInfo.InvariantCulture);
        last = Math.Min(last, file.Length - 1);
        headers["content-range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {first}-{last}/{file.Length}");
        return route.FulfillAsync(
            new RouteFulfillOptions
            {
                Status = 206,
                BodyBytes = file[first..(last + 1)],
                Headers = headers,
            }
        );
    }
}
