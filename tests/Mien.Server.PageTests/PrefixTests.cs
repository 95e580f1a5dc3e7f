using System.Net;
using Microsoft.AspNetCore.Builder;

namespace Mien.Server.PageTests;

/// <summary>The page and the API reference behind a reverse proxy that serves them under a path.</summary>
[Collection(OneBrowser.Name)]
public sealed class PrefixTests(PageFixture pages)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_page_the_camera_and_the_reference_work_under_a_path(bool strips)
    {
        (WebApplication server, Uri address) = await PageFixture.StartAsync(
            new ServerOptions
            {
                Rate = 0,
                PathBase = strips ? "" : "/mien",
                TrustedProxies = [IPAddress.Loopback],
            }
        );
        await using WebApplication stopped = server;
        await using var proxy = new PrefixProxy(address, "/mien", strips);
        await using OpenedPage page = await pages.OpenAsync(address: proxy.Address);

        await page.Get("#sample").ClickAsync();
        await page.FacesAsync(7);
        await page.Get("#tab-camera").ClickAsync();
        await page.Button("Start the camera").ClickAsync();
        await Assertions.Expect(page.Get("#view-camera .face")).Not.ToHaveCountAsync(0);
        await page.Button("Stop").ClickAsync();

        await page.Get(".quiet-link").ClickAsync();
        await Assertions.Expect(page.Get("#recognizeFaces-title")).ToContainTextAsync("/v1/faces");
        await Assertions
            .Expect(page.Get("#recognizeFaces pre").First)
            .ToContainTextAsync($"curl --data-binary @photo.jpg {proxy.Address}v1/faces");
        await Assertions.Expect(page.Get("#recognizeFaces a[href='#schema-ImageRequest']")).ToHaveCountAsync(1);
        Assert.Equal(new Uri(proxy.Address, "docs/"), new Uri(page.Page.Url));
        await page.CheckAsync(strips ? "docs" : "docs-under-path");

        // The link of an error, which has no trailing slash.
        await page.Page.GotoAsync(new Uri(proxy.Address, "docs#badBase64").ToString());
        Assert.Equal(new Uri(proxy.Address, "docs/#badBase64"), new Uri(page.Page.Url));
        await Assertions.Expect(page.Get("#badBase64")).ToBeInViewportAsync();
        await page.Page.GetByText("Web page", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await Assertions.Expect(page.Get("#sample img")).ToBeVisibleAsync();
        await server.StopAsync();
    }
}
