namespace Mien.Server.PageTests;

/// <summary>Light and dark theme, and narrow windows.</summary>
[Collection(OneBrowser.Name)]
public sealed class AppearanceTests(PageFixture pages)
{
    private const string Lightness =
        "() => { const [r, g, b] = "
        + "getComputedStyle(document.documentElement).backgroundColor.match(/[\\d.]+/g).map(Number); return (r + "
        + "g + b) / 3; }";

    [Fact]
    public async Task The_theme_follows_the_system_until_the_button_overrides_it()
    {
        await using OpenedPage page = await pages.OpenAsync(
            new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark }
        );
        Assert.InRange(await page.Page.EvaluateAsync<double>(Lightness), 0, 60);
        await page.CheckAsync("start-dark");
        await page.ChooseAsync("Choose photos", Files.Photo);
        await page.FacesAsync(7);
        await page.CheckAsync("photo-dark");

        await page.Button("Use the light theme").ClickAsync();
        Assert.InRange(await page.Page.EvaluateAsync<double>(Lightness), 200, 255);
        await page.Page.ReloadAsync();
        Assert.InRange(await page.Page.EvaluateAsync<double>(Lightness), 200, 255);
        await Assertions.Expect(page.Button("Use the dark theme")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_a_phone_all_views_fit_the_window()
    {
        await using OpenedPage page = await pages.OpenAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 360, Height = 780 },
                DeviceScaleFactor = 2,
                HasTouch = true,
                IsMobile = true,
            }
        );
        await page.FitsAsync();
        await page.CheckAsync("start-phone");

        await page.ChooseAsync("Choose photos", Files.Photo);
        await page.FacesAsync(7);
        await page.Get("#view-photo .face").Nth(1).TapAsync();
        await Assertions.Expect(page.Get("#view-photo .panel-number")).ToHaveTextAsync("Face 2 of 7");
        await page.FitsAsync();
        await page.CheckAsync("photo-phone");

        await page.Get("#files").SetInputFilesAsync(Files.Faces);
        await Assertions.Expect(page.Get("#gallery-title")).ToHaveTextAsync("7 photos");
        await Assertions.Expect(page.Get("#view-gallery progress")).ToBeHiddenAsync();
        await page.FitsAsync();
        await page.CheckAsync("gallery-phone");

        await page.Get("#tab-camera").ClickAsync();
        await Assertions.Expect(page.Button("Start the camera")).ToBeVisibleAsync();
        await page.FitsAsync();
        await page.CheckAsync("camera-start-phone");
    }
}
