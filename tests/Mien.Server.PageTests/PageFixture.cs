using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Mien.Server.PageTests;

/// <summary>One browser and one real server with the real model, for all tests of the page.</summary>
public sealed class PageFixture : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(2) };
    private WebApplication? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Where the server listens, with a slash at the end.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Find() is not { } path)
        {
            return;
        }

        // A busy machine is slow, and no test is about time.
        Assertions.SetDefaultExpectTimeout(60_000);
        string video = Path.Combine(folder.Path, "camera.y4m");
        MadeVideo.Write(video);
        playwright = await Playwright.CreateAsync();
        Task<IBrowser> launching = playwright.Chromium.LaunchAsync(Chromium.Options(path, video));
        (server, Address) = await StartAsync(new ServerOptions { Rate = 0 });
        browser = await launching;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        if (server is not null)
        {
            await server.StopAsync();
            await server.DisposeAsync();
        }

        client.Dispose();
        folder.Dispose();
    }

    /// <summary>
    /// Starts another server, on a free port. MIEN_PAGE_FOLDER means to it what it means to <c>mien serve</c>, so that
    /// a page can be tested while it is being worked on.
    /// </summary>
    internal static async Task<(WebApplication Server, Uri Address)> StartAsync(ServerOptions options)
    {
        string? folder = Environment.GetEnvironmentVariable("MIEN_PAGE_FOLDER");
        WebApplication app = MienServer.Create(
            options with
            {
                Port = 0,
                Model = "shallow",
                PageFolder = string.IsNullOrEmpty(folder) ? null : folder,
            }
        );
        await app.StartAsync();
        return (app, new Uri(app.Urls.First() + "/"));
    }

    /// <summary>
    /// Opens the page in a profile of its own; without a browser the test is skipped, or fails
    /// (<see cref="Requirements"/>).
    /// </summary>
    internal async Task<OpenedPage> OpenAsync(BrowserNewContextOptions? options = null, Uri? address = null)
    {
        if (browser is null)
        {
            Requirements.Missing(Requirements.Chromium, Chromium.Missing);
        }

        options ??= new BrowserNewContextOptions();
        options.ViewportSize ??= new ViewportSize { Width = 1280, Height = 900 };
        options.Permissions ??= ["camera", "clipboard-read", "clipboard-write"];
        IBrowserContext context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(60_000);
        return await OpenedPage.OpenAsync(context, address ?? Address);
    }

    /// <summary>What the API says of an image, asked without the page.</summary>
    internal async Task<JsonElement> AskAsync(byte[] image, string query = "")
    {
        using var content = new ByteArrayContent(image);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using HttpResponseMessage response = await client.PostAsync(new Uri(Address, "v1/faces" + query), content);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}
