using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Mien.Server.PageTests;

/// <summary>One browser and one server with a built-in model, for all tests of the page.</summary>
public sealed class PageFixture : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(2) };
    private WebApplication? server;
    private (WebApplication Server, Uri Address)? defaultModel;
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The URL of the server, with a trailing slash.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Find() is not { } path)
        {
            return;
        }

        // The timeout is long, since busy machines are slow and no test is about time.
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
        foreach (WebApplication? running in new[] { server, defaultModel?.Server })
        {
            if (running is not null)
            {
                await running.StopAsync();
                await running.DisposeAsync();
            }
        }

        client.Dispose();
        folder.Dispose();
    }

    /// <summary>The URL of a server with the default model, which the first call starts.</summary>
    internal async Task<Uri> DefaultModelAsync()
    {
        defaultModel ??= await StartAsync(new ServerOptions { Rate = 0 }, BuiltInModels.Default);
        return defaultModel.Value.Address;
    }

    /// <summary>
    /// Starts another server on a free port. It uses MIEN_PAGE_FOLDER as <c>mien serve</c> does, so that the page can
    /// be tested during development.
    /// </summary>
    internal static async Task<(WebApplication Server, Uri Address)> StartAsync(
        ServerOptions options,
        string model = "shallow"
    )
    {
        string? folder = Environment.GetEnvironmentVariable("MIEN_PAGE_FOLDER");
        WebApplication app = MienServer.Create(
            options with
            {
                Port = 0,
                Model = model,
                PageFolder = string.IsNullOrEmpty(folder) ? null : folder,
            }
        );
        await app.StartAsync();
        return (app, new Uri(app.Urls.First() + "/"));
    }

    /// <summary>
    /// Opens the page in its own browser profile. Without a browser the test is skipped, or fails if it is required
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

    /// <summary>Sends an image to the API directly and returns the result.</summary>
    internal async Task<JsonElement> AskAsync(byte[] image, string query = "")
    {
        using var content = new ByteArrayContent(image);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using HttpResponseMessage response = await client.PostAsync(new Uri(Address, "v1/faces" + query), content);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}
