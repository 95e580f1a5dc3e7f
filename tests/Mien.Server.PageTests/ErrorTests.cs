using Microsoft.AspNetCore.Builder;

namespace Mien.Server.PageTests;

/// <summary>Errors, and whether the page says what to do.</summary>
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
    public async Task An_unreadable_file_gets_a_message_for_users_with_advice()
    {
        await using OpenedPage page = await pages.OpenAsync();

        await page.Get("#files").SetInputFilesAsync(NoPicture);

        ILocator panel = page.Get("#view-photo .empty");
        await Assertions.Expect(panel).ToContainTextAsync("This photo could not be read");
        await Assertions.Expect(panel).ToContainTextAsync("Unsupported or unreadable image.");
        await Assertions.Expect(panel).ToContainTextAsync("Use JPEG, PNG, WebP, BMP or GIF.");
        await Assertions.Expect(page.Get("#view-photo .no-picture")).ToHaveTextAsync("This file cannot be shown.");
        await Assertions.Expect(page.Get("#live")).ToContainTextAsync("Unsupported or unreadable image");
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
        await Assertions.Expect(panel).ToContainTextAsync("Export iPhone photos (HEIC) as JPEG first.");

        // The next photo removes the error.
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.FacesAsync(7);
        await Assertions.Expect(page.Get("#view-photo .no-picture")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_error_for_a_large_file_has_its_size_in_megabytes()
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
            .ToContainTextAsync("This file has 3.0\u00a0MB; the limit of this server is 1.0\u00a0MB.");

        // Few bytes, many pixels.
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions
            .Expect(page.Get("#view-photo .empty"))
            .ToContainTextAsync("This image has too many pixels; the limit of this server is 0.5 megapixels.");
        await server.StopAsync();
    }

    [Fact]
    public async Task An_unreachable_and_a_busy_server_get_different_messages()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await page.Page.RouteAsync("**/v1/faces*", route => route.AbortAsync());
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions
            .Expect(page.Get(".notice.error"))
            .ToContainTextAsync("The server does not respond. Check whether “mien serve” is still running");
        await page.Page.UnrouteAllAsync();

        // The page retries after the time that a busy server gives.
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
        await page.FacesAsync(7);
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
                            """{"title":"The service is overloaded","detail":"The queue is full """
                            + """(64 images wait).","status":503,"code":"busy"}""",
                    }
                )
        );
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions
            .Expect(page.Get(".notice.error"))
            .ToContainTextAsync(
                "The queue is full (64 images wait). The server is busy. Wait a moment, then try again."
            );
        await page.Button("Close").ClickAsync();
        await Assertions.Expect(page.Get(".notice.error")).ToHaveCountAsync(0);

        // The next photo removes the error.
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await Assertions.Expect(page.Get(".notice.error")).ToHaveCountAsync(1);
        await page.Page.UnrouteAllAsync();
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.FacesAsync(7);
        await Assertions.Expect(page.Get(".notice.error")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_page_asks_for_a_required_key_and_does_not_store_it()
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
            .ToHaveTextAsync("The server rejected this key. Check it for typos.");
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Get(".notice.error")).ToContainTextAsync("Missing or invalid API key");

        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.Get("#key").FillAsync("s3cret-key-0123456789");
        await page.Button("Use this key").ClickAsync();
        await page.FacesAsync(7);
        await Assertions.Expect(page.Get("#model-name")).ToContainTextAsync("with the model");
        Assert.Equal(
            "{}{}",
            await page.Page.EvaluateAsync<string>(
                "() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie"
            )
        );
        Assert.DoesNotContain("s3cret", page.Page.Url, StringComparison.Ordinal);

        // The camera stream sends the key too, although a browser's WebSocket cannot set headers.
        await page.Get("#tab-camera").ClickAsync();
        await page.Button("Start the camera").ClickAsync();
        await Assertions.Expect(page.Get("#view-camera .face")).Not.ToHaveCountAsync(0);
        await page.Button("Stop").ClickAsync();
        await server.StopAsync();
    }
}
