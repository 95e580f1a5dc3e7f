using Microsoft.AspNetCore.Builder;

namespace Mien.Server.PageTests;

/// <summary>What goes wrong, and whether the page says what to do.</summary>
[Collection(OneBrowser.Name)]
public sealed class ErrorTests(PageFixture pages)
{
    private static readonly FilePayload NoPicture = new()
    {
        Name = "letter.jpg",
        MimeType = "image/jpeg",
        Buffer = "no picture"u8.ToArray(),
    };

    [Fact]
    public async Task A_file_that_is_no_picture_is_answered_in_words_for_people_with_advice()
    {
        await using OpenedPage page = await pages.OpenAsync();

        await page.Get("#files").SetInputFilesAsync(NoPicture);

        ILocator panel = page.Get("#view-photo .empty");
        await Assertions.Expect(panel).ToContainTextAsync("This photo could not be read");
        await Assertions.Expect(panel).ToContainTextAsync("This file is no picture that can be read here.");
        await Assertions.Expect(panel).ToContainTextAsync("Give a JPEG, PNG, WebP, BMP or GIF.");
        await Assertions.Expect(page.Get("#view-photo .no-picture")).ToHaveTextAsync("This file cannot be shown.");
        await Assertions.Expect(page.Get("#live")).ToContainTextAsync("This file is no picture");
        await Assertions.Expect(page.Get(".notice.error")).ToHaveCountAsync(0);
        await page.CheckAsync("error");

        await page.Get("#files")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "IMG_1.HEIC",
                    MimeType = "",
                    Buffer = "no picture"u8.ToArray(),
                }
            );
        await Assertions.Expect(panel).ToContainTextAsync("Photos of an iPhone (HEIC) must be exported as JPEG first.");

        // The next photo is a new beginning.
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.FacesAsync(6);
        await Assertions.Expect(page.Get("#view-photo .no-picture")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_told_in_megabytes()
    {
        (WebApplication server, Uri address) = await PageFixture.StartAsync(
            new ServerOptions { MaxImageBytes = 1 << 20, MaxMegapixels = 0.5 }
        );
        await using WebApplication stopped = server;
        await using OpenedPage page = await pages.OpenAsync(address: address);
        await page.Get("#files")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "big.jpg",
                    MimeType = "image/jpeg",
                    Buffer = new byte[3 << 20],
                }
            );

        await Assertions
            .Expect(page.Get("#view-photo .empty"))
            .ToContainTextAsync("This file has 3.0\u00a0MB; this server takes at most 1.0\u00a0MB.");

        // Few bytes, many pixels.
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions
            .Expect(page.Get("#view-photo .empty"))
            .ToContainTextAsync("This picture has more pixels than this server takes (at most 0.5 million).");
        await server.StopAsync();
    }

    [Fact]
    public async Task A_server_that_is_gone_or_busy_is_told_apart()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await page.Page.RouteAsync("**/v1/faces*", route => route.AbortAsync());
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions
            .Expect(page.Get(".notice.error"))
            .ToContainTextAsync("The server does not answer. See whether “mien serve” still runs");
        await page.Page.UnrouteAllAsync();

        // A busy one is asked again, when it says so.
        int refused = 0;
        await page.Page.RouteAsync(
            "**/v1/faces*",
            route =>
                refused++ < 2
                    ? route.FulfillAsync(
                        new RouteFulfillOptions
                        {
                            Status = 503,
                            Headers = new Dictionary<string, string> { ["Retry-After"] = "0" },
                            Body = "{}",
                        }
                    )
                    : route.ContinueAsync()
        );
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.FacesAsync(6);
        Assert.True(refused >= 3);

        await page.Page.UnrouteAllAsync();
        await page.Page.RouteAsync(
            "**/v1/faces*",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        Status = 503,
                        Headers = new Dictionary<string, string> { ["Retry-After"] = "600" },
                        Body =
                            """{"title":"The service has more work than it can take","detail":"64 images"""
                            + """ wait already.","status":503,"code":"busy"}""",
                    }
                )
        );
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions
            .Expect(page.Get(".notice.error"))
            .ToContainTextAsync("64 images wait already. The server is busy: wait a little, then try again.");
        await page.Button("Close").ClickAsync();
        await Assertions.Expect(page.Get(".notice.error")).ToHaveCountAsync(0);

        // The next photo is a new beginning.
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions.Expect(page.Get(".notice.error")).ToHaveCountAsync(1);
        await page.Page.UnrouteAllAsync();
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.FacesAsync(6);
        await Assertions.Expect(page.Get(".notice.error")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Where_a_key_is_needed_the_page_asks_for_it_and_forgets_it()
    {
        (WebApplication server, Uri address) = await PageFixture.StartAsync(
            new ServerOptions { ApiKeys = ["s3cret-key-0123456789"] }
        );
        await using WebApplication stopped = server;
        await using OpenedPage page = await pages.OpenAsync(address: address);
        await Assertions.Expect(page.Get("#key-dialog")).ToBeHiddenAsync();

        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions.Expect(page.Get("#key")).ToBeFocusedAsync();
        await page.CheckAsync("key");
        await page.Page.Keyboard.TypeAsync("wrong");
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions
            .Expect(page.Get("#key-error"))
            .ToHaveTextAsync("The server refused that key. Look for a typing error.");
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Get(".notice.error")).ToContainTextAsync("An API key is needed");

        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.Get("#key").FillAsync("s3cret-key-0123456789");
        await page.Button("Use this key").ClickAsync();
        await page.FacesAsync(6);
        await Assertions.Expect(page.Get("#model-name")).ToContainTextAsync("with the model");
        Assert.Equal(
            "{}{}",
            await page.Page.EvaluateAsync<string>(
                "() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie"
            )
        );
        Assert.DoesNotContain("s3cret", page.Page.Url, StringComparison.Ordinal);

        // A stream takes the key too, though a browser's WebSocket cannot set headers.
        await page.Get("#tab-camera").ClickAsync();
        await page.Button("Start the camera").ClickAsync();
        await Assertions.Expect(page.Get("#view-camera .face")).Not.ToHaveCountAsync(0);
        await page.Button("Stop").ClickAsync();
        await server.StopAsync();
    }
}
