namespace Mien.Server.PageTests;

/// <summary>The video view on a phone, in the dark theme, and with the keyboard only.</summary>
[Collection(OneBrowser.Name)]
public sealed class VideoUseTests(PageFixture pages)
{
    private const string Focused =
        "() => { const e = document.activeElement; return e.getAttribute('aria-label') || e.id || "
        + "e.textContent.trim(); }";

    [Fact]
    public async Task The_video_view_fits_a_phone()
    {
        await using OpenedPage page = await pages.OpenAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 390, Height = 844 },
                DeviceScaleFactor = 2,
                HasTouch = true,
                IsMobile = true,
                ReducedMotion = ReducedMotion.Reduce,
                ColorScheme = ColorScheme.Dark,
            }
        );
        await page.Get("#tab-video").ClickAsync();
        await page.FitsAsync();
        await page.CheckAsync("video-start-phone");
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(MadeClips.Crossing).Path);
        await page.FitsAsync();
        await video.AnalyseAsync();
        await page.FitsAsync();

        await video
            .Get(".time-surface")
            .TapAsync(
                new LocatorTapOptions
                {
                    Position = new Position { X = 4, Y = 90 },
                }
            );
        await Assertions.Expect(video.Get(".face")).ToHaveCountAsync(2);
        await video.Get(".face").Nth(1).TapAsync();
        await Assertions.Expect(video.Get(".panel-number")).ToHaveTextAsync("Track 2");
        await page.FitsAsync();
        await page.CheckAsync("video-phone-dark");

        // The narrowest phones.
        await page.Page.SetViewportSizeAsync(320, 640);
        await page.FitsAsync();
    }

    [Fact]
    public async Task A_video_is_chosen_analysed_and_saved_with_the_keyboard_only()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        IKeyboard keyboard = page.Page.Keyboard;
        var video = new VideoPage(page);
        await TabTo(page, "tab-video");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Get("#video-title")).ToBeFocusedAsync();
        await page.CheckAsync("video-start");
        Task<IFileChooser> choosing = page.Page.WaitForFileChooserAsync();
        await TabTo(page, "Choose a video");
        await keyboard.PressAsync("Enter");
        await (await choosing).SetFilesAsync(MadeClips.File(MadeClips.Crossing).Path);
        await video.AnalysedAsync(1);

        await TabTo(page, "Position in the video");
        await keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(video.Time).ToContainTextAsync("0:00.04");
        await TabTo(page, "analysis-rate");
        await TabTo(page, "Analyse whole video");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(video.Progress).ToContainTextAsync("analysed in");
        await keyboard.PressAsync("Home");
        await Assertions.Expect(video.Get(".face")).ToHaveCountAsync(2);

        // The tracks are radio buttons, between which browsers move with arrow keys.
        await TabTo(page, "Track 2, from 0:00");
        await keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(video.Get(".panel-number")).ToHaveTextAsync("Track 1");
        await Assertions.Expect(video.Time).ToContainTextAsync("0:00.00"); // the key did not move the video
        await page.CheckAsync("video");
        await TabTo(page, "CSV");
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => keyboard.PressAsync("Enter"));
        Assert.EndsWith(".mp4.csv", download.SuggestedFilename, StringComparison.Ordinal);
    }

    private static async Task TabTo(OpenedPage page, string name)
    {
        var passed = new List<string>();
        for (int i = 0; i < 40; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            passed.Add(await page.Page.EvaluateAsync<string>(Focused));
            if (passed[^1].StartsWith(name, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"Tab does not reach '{name}', only: {string.Join(" | ", passed)}");
    }
}
