using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien.Server.PageTests;

/// <summary>A video that plays on the page, and seeking in it.</summary>
[Collection(OneBrowser.Name)]
public sealed class PlayingVideoTests(PageFixture pages)
{
    private const string Points =
        "document.querySelector('#view-video .strip .line')?.getAttribute('d').split(/[ML]/).length";

    private static readonly WebSocketRouteCloseOptions Stopping = new()
    {
        Code = 1001,
        Reason = "The service is stopping.",
    };

    private static readonly MadeClip Short = MadeClips.OneFace with { Options = ["-g", "25"] };

    private static readonly MadeClip Long = new()
    {
        Frames = 300,
        Faces = [new ClipFace(0, new ClipPose(0, 160, 120, 120))],
    };

    [Fact]
    public async Task A_chosen_video_plays_and_its_chart_grows_with_true_times()
    {
        MadeClipFile file = MadeClips.File(Short);
        await using OpenedPage page = await pages.OpenAsync();
        VideoPage video = await VideoPage.OpenAsync(page, file.Path);

        await video.Browser.WaitForFunctionAsync($"() => {Points} > 2");
        int first = await video.Browser.EvaluateAsync<int>($"() => {Points}");
        await video.Browser.WaitForFunctionAsync("() => document.querySelector('#view-video video').ended");
        await video.Browser.WaitForFunctionAsync($"first => {Points} > first", first);

        VideoRow[] rows = await SettledRowsAsync(video);
        Check.All(rows, r => Assert.Contains(file.Truth.Frames, f => Math.Abs(f.Time.TotalSeconds - r.Time) < 1e-3));
        Assert.Equal(rows.Select(r => r.Time).Order(), rows.Select(r => r.Time));
        Check.All(rows, r => Assert.Equal(("ok", 1), (r.Status, r.Track)));
        Assert.True(rows[^1].Time - rows[0].Time > 2, $"{rows[0].Time} to {rows[^1].Time}");
        await AssertCurve(video, rows);
        await page.CheckAsync("video-played");
    }

    [Fact]
    public async Task What_is_analysed_is_shown_again_without_the_server()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(Short).Path);
        await video.AnalyseAsync();
        int sockets = 0;
        video.Browser.WebSocket += (_, _) => sockets++;

        await video.ClickChartAsync(0.51);
        await Assertions.Expect(video.Time).ToContainTextAsync("0:02.0");
        await Assertions.Expect(video.Get(".face")).ToHaveCountAsync(1);
        await video.Button("Play").ClickAsync();
        await video.Browser.WaitForFunctionAsync("() => document.querySelector('#view-video video').ended");

        await video.AnalysedAsync(20);
        await Assertions.Expect(video.Tracks).ToHaveCountAsync(1);
        Assert.Equal(0, sockets);
    }

    [Fact]
    public async Task A_click_in_the_chart_seeks_and_begins_new_tracks()
    {
        MadeClipFile file = MadeClips.File(Short);
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, file.Path);
        await video.AnalysedAsync(1);

        await video.ClickChartAsync(0.76);
        await video.AnalysedAsync(2);
        await Assertions.Expect(video.Time).ToContainTextAsync("0:03.0");
        await video.ClickChartAsync(0.26);
        await video.AnalysedAsync(3);

        VideoRow[] rows = await video.RowsAsync();
        Assert.Equal([1, 3, 2], rows.Select(r => r.Track));
        Assert.Equal([0, 1, 3], rows.Select(r => Math.Round(r.Time)));
        await Assertions.Expect(video.Get(".panel-number")).ToHaveTextAsync("Track 3");
        await Assertions.Expect(video.Tracks).ToHaveCountAsync(3);

        // An analysed frame is not analysed again.
        await video.Tracks.First.ClickAsync();
        await Assertions.Expect(video.Get(".empty h2")).ToHaveTextAsync("Another face");
        await page.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(video.Time).ToContainTextAsync("0:00.00 /");
        await Assertions.Expect(video.Get(".panel-number")).ToHaveTextAsync("Track 1");
        await video.AnalysedAsync(3);

        // The drawn box is that of the frame.
        VideoRow first = rows[0];
        (double x, double y, double width, _) = await page.DrawnBoxAsync(VideoPage.View, "1");
        Assert.Equal(first.Number("boxX") / 320, x, 0.01);
        Assert.Equal(first.Number("boxY") / 240, y, 0.01);
        Assert.Equal(first.Number("boxWidth") / 320, width, 0.01);
    }

    [Fact]
    public async Task A_frame_that_the_browser_does_not_report_after_a_seek_is_analysed()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        await page.Page.EvaluateAsync("() => { HTMLVideoElement.prototype.requestVideoFrameCallback = () => 1; }");
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(Short).Path);
        await video.AnalysedAsync(1);

        await video.ClickChartAsync(0.76);
        await video.AnalysedAsync(2);

        VideoRow[] rows = await video.RowsAsync();
        Assert.Equal([0, 3], rows.Select(r => Math.Round(r.Time)));
    }

    [Fact]
    public async Task A_frame_that_fails_is_sent_again_while_it_is_shown()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        int answers = 0;
        await page.Page.RouteWebSocketAsync(
            new Regex("/v1/stream"),
            client =>
            {
                IWebSocketRoute server = client.ConnectToServer();
                server.OnMessage(answer =>
                    client.Send(
                        answers++ == 0
                            ? """{"frame":0,"time":0,"error":{"code":"busy","message":"The service is busy."}}"""
                            : answer.Text!
                    )
                );
            }
        );
        await page.Page.ReloadAsync();
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(Short).Path);

        await video.AnalysedAsync(1);

        Assert.Equal(2, answers);
    }

    [Fact]
    public async Task Keys_play_pause_and_move()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(Long).Path);
        await video.AnalysedAsync(1);
        await page.Page.EvaluateAsync("() => document.activeElement.blur()");
        (string Key, string Time)[] moves =
        [
            ("ArrowRight", "0:00.04"),
            ("ArrowRight", "0:00.08"),
            (".", "0:00.12"),
            (",", "0:00.08"),
            ("ArrowLeft", "0:00.04"),
            ("Shift+ArrowRight", "0:05.04"),
            ("ArrowRight", "0:05.08"),
            ("Shift+ArrowLeft", "0:00.08"),
            ("Home", "0:00.00"),
            ("ArrowLeft", "0:00.00"),
            ("End", "0:11.96"),
            ("ArrowRight", "0:11.96"),
            ("ArrowLeft", "0:11.92"),
            ("Home", "0:00.00"),
        ];
        foreach ((string key, string time) in moves)
        {
            await page.Page.Keyboard.PressAsync(key);
            await Assertions.Expect(video.Time).ToContainTextAsync(time);
        }

        await page.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(video.Button("Pause")).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("k");
        await Assertions.Expect(video.Button("Play")).ToBeVisibleAsync();

        // The listed keys.
        await video.Get(".keys summary").ClickAsync();
        await Assertions.Expect(video.Get(".keys dd")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task A_lost_server_is_named_and_playing_again_reconnects()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        bool lost = false;
        IWebSocketRoute? open = null;
        await page.Page.RouteWebSocketAsync(
            "**/v1/stream*",
            socket =>
            {
                open = socket;
                if (lost)
                {
                    socket.OnMessage(_ => socket.CloseAsync(Stopping)); // when the first frame arrives
                }
                else
                {
                    socket.ConnectToServer();
                }
            }
        );
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(Long).Path);
        await video.AnalysedAsync(1);
        lost = true;
        await open!.CloseAsync(Stopping); // no problem yet: nothing is on its way
        await video.Button("Play").ClickAsync();
        await Assertions
            .Expect(video.Problem)
            .ToContainTextAsync("The service is stopping. Play the video to start it again.");
        await Assertions.Expect(video.Button("Play")).ToBeVisibleAsync(); // it has paused
        await page.CheckAsync("video-lost");

        lost = false;
        await video.Button("Play").ClickAsync();
        await Assertions.Expect(video.Problem).ToHaveCountAsync(0);
        await Assertions.Expect(video.Facts).Not.ToContainTextAsync("· 1 frame analysed");
    }

    [Fact]
    public async Task A_video_among_photos_opens_the_video_view_and_another_view_pauses_it()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await page.ChooseAsync("Choose photos", Files.Photo, MadeClips.File(Long).Path);
        var video = new VideoPage(page);

        await Assertions.Expect(video.Get(".player")).ToBeVisibleAsync();
        await Assertions.Expect(video.Facts).ToContainTextAsync("1 photo under Photos");
        await Assertions.Expect(video.Button("Pause")).ToBeVisibleAsync();
        await page.Get("#tab-photos").ClickAsync();
        await page.FacesAsync(7);
        Assert.True(await page.Page.EvaluateAsync<bool>("() => document.querySelector('#view-video video').paused"));

        await page.Get("#tab-video").ClickAsync();
        await Assertions.Expect(video.Button("Play")).ToBeVisibleAsync();
        await page.Page.GoBackAsync();
        await page.FacesAsync(7);
    }

    /// <summary>The rows when no more results arrive.</summary>
    private static async Task<VideoRow[]> SettledRowsAsync(VideoPage video)
    {
        for (int last = -1; ; )
        {
            VideoRow[] rows = await video.RowsAsync();
            if (rows.Length == last)
            {
                return rows;
            }

            last = rows.Length;
            await Task.Delay(1000);
        }
    }

    /// <summary>Asserts that the first and the last point of each curve are at their times and probabilities.</summary>
    private static async Task AssertCurve(VideoPage video, VideoRow[] rows)
    {
        double duration = await video.Browser.EvaluateAsync<double>(
            "() => document.querySelector('#view-video video').duration"
        );
        foreach (string name in Expressions.Names)
        {
            string title = char.ToUpperInvariant(name[0]) + name[1..];
            string drawn = (await video.Get($".strip-row.e-{name} .line").GetAttributeAsync("d"))!;
            double[][] points =
            [
                .. drawn
                    .Split('M', 'L')[1..]
                    .Select(p => p.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()),
            ];
            foreach ((double[] point, VideoRow row) in new[] { (points[0], rows[0]), (points[^1], rows[^1]) })
            {
                Assert.Equal(600 * row.Time / duration, point[0], 0.06);
                Assert.Equal(29 - (28 * row.Number($"smoothed{title}")), point[1], 0.06);
            }
        }
    }
}
