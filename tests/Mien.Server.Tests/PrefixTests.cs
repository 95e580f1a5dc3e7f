using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mien.Server.Tests;

/// <summary>The page, its reference and the API behind a reverse proxy that serves them under a path.</summary>
public sealed partial class PrefixTests(SharedServer shared)
{
    [Theory]
    [InlineData(true, null, "")]
    [InlineData(true, "/mien", "")]
    [InlineData(true, null, "/mien")]
    [InlineData(true, "/mien/", "/other")]
    [InlineData(false, "/mien", "")]
    [InlineData(false, null, "/mien")]
    public async Task Everything_works_under_a_path(bool strips, string? forwarded, string pathBase)
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                TrustedProxies = [IPAddress.Loopback],
                PathBase = pathBase,
            }
        );
        await using var proxy = new PrefixProxy(server.Address, "/mien", strips, forwarded);
        using var client = new HttpClient { BaseAddress = proxy.Address };

        // All links of the page and the reference exist under the path.
        foreach (string start in (string[])["", "index.html", "docs", "docs/", "docs/index.html", "docs?x=1"])
        {
            using HttpResponseMessage page = await client.GetAsync(start);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            string html = await page.Content.ReadAsStringAsync();
            Uri[] targets =
            [
                .. Check
                    .NotEmpty(References().Matches(html))
                    .Select(m => new Uri(page.RequestMessage!.RequestUri!, m.Groups[1].Value)),
            ];
            foreach (Uri target in targets.Distinct())
            {
                Assert.StartsWith("/mien/", target.AbsolutePath, StringComparison.Ordinal);
                using HttpResponseMessage answer = await client.GetAsync(target);
                Assert.True(answer.IsSuccessStatusCode, $"{start}: {target} answers {answer.StatusCode}");
            }
        }

        var document = new Uri(proxy.Address, "openapi/v1.json");
        JsonElement description = await client.GetAsync(document).JsonAsync();
        string service = description.GetProperty("servers")[0].GetProperty("url").GetString()!;
        Assert.Equal(proxy.Address, new Uri(document, service));

        // The API works. Links in its responses have the path if the service knows it.
        string root = forwarded is null && pathBase.Length == 0 ? "" : "/mien";
        JsonElement image = await client.PostAsync("v1/faces", Images.Body(Images.Face(Expression.Fear))).JsonAsync();
        Assert.Equal("fear", image.GetProperty("faces")[0].GetProperty("label").GetString());
        using HttpResponseMessage missing = await client.GetAsync("nothing");
        string text = await missing.Content.ReadAsStringAsync();
        Assert.Contains($"\"type\":\"{root}/docs#notFound\"", text, StringComparison.Ordinal);
        Assert.Contains(
            $"{root}/nothing was not found. The page is at {root}/, the API reference at {root}/docs.",
            text,
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("health/live")).StatusCode);

        // Without the proxy, the service still answers at its own paths.
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/v1/info")).StatusCode);
    }

    [Fact]
    public async Task The_checks_apply_under_a_path()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                PathBase = "/mien",
                ApiKeys = ["0123456789abcdef-first"],
            }
        );

        await server
            .Client.PostAsync("/mien/v1/faces", Images.Body(Images.Face(Expression.Fear)))
            .ProblemAsync(401, "noKey", "/mien");
        await Send(server, "/mien/v1/info", ("Host", "evil.example")).ProblemAsync(403, "hostNotAllowed", "/mien");
        await Send(server, "/mien/v1/info", ("Origin", "https://evil.example"))
            .ProblemAsync(403, "originNotAllowed", "/mien");
        await server.Client.GetAsync("/mienv1/info").ProblemAsync(404, "notFound", "/mien");
        using HttpResponseMessage page = await server.Client.GetAsync("/mien/docs/");
        Assert.StartsWith(
            "default-src 'self';",
            page.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/docs", "./docs/")]
    [InlineData("/docs?x=1&y", "./docs/?x=1&y")]
    [InlineData("/mien/docs", "./docs/")]
    [InlineData("/mien", "./mien/")]
    [InlineData("/mien?x", "./mien/?x")]
    public async Task Folders_redirect_with_relative_locations(string path, string location)
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { PathBase = "/mien" });
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var request = new HttpRequestMessage(method, new Uri(server.Address.ToString().TrimEnd('/') + path));
            using HttpResponseMessage answer = await client.SendAsync(request);

            Assert.Equal(
                (HttpStatusCode.PermanentRedirect, location, "no-cache"),
                (
                    answer.StatusCode,
                    answer.Headers.GetValues("Location").Single(),
                    answer.Headers.CacheControl?.ToString()
                )
            );
        }
    }

    [Theory]
    [InlineData("//docs")]
    [InlineData("//evil.example/docs")]
    [InlineData("/%2F%2Fevil.example/docs")]
    [InlineData("/mien//evil.example")]
    public async Task Nothing_is_redirected_to_another_host(string path)
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { PathBase = "/mien" });
        using HttpResponseMessage answer = await server.Client.GetAsync(
            new Uri(server.Address.ToString().TrimEnd('/') + path)
        );

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task Prefixes_of_untrusted_clients_are_ignored()
    {
        await Send(shared.Server, "/nothing", ("X-Forwarded-Prefix", "/mien")).ProblemAsync(404, "notFound");
        await Send(shared.Server, "/mien/v1/info", ("X-Forwarded-Prefix", "/mien")).ProblemAsync(404, "notFound");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("mien")]
    [InlineData("//evil.example")]
    [InlineData("/a//b")]
    [InlineData("/..")]
    [InlineData("/a/../b")]
    [InlineData("/a/%2e%2e/b")]
    [InlineData("/a%2Fb")]
    [InlineData("/a\\b")]
    [InlineData("/a\"b")]
    [InlineData("/a'b")]
    [InlineData("/a<b>")]
    [InlineData("/a b")]
    [InlineData("/a?x")]
    [InlineData("/a#x")]
    [InlineData("/a;b")]
    [InlineData("/%0d%0aX:y")]
    [InlineData("/%")]
    [InlineData("/a, //evil.example")]
    [InlineData("https://evil.example/")]
    public async Task Bad_paths_are_ignored(string prefix)
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                TrustedProxies = [IPAddress.Loopback],
            }
        );

        await Send(server, "/nothing", ("X-Forwarded-Prefix", prefix)).ProblemAsync(404, "notFound");
        await Send(server, "/v1/info", ("X-Forwarded-Prefix", prefix)).JsonAsync();
        await Send(server, "/nothing", ("X-Forwarded-Prefix", "/" + new string('a', 300)))
            .ProblemAsync(404, "notFound");
    }

    [Theory]
    [InlineData("/a, /b", "/a/b")]
    [InlineData("/tools/mien/", "/tools/mien")]
    [InlineData("/user/me@example.org/proxy/8080", "/user/me@example.org/proxy/8080")]
    [InlineData("/gr%C3%BC%C3%9Fe", "/gr%C3%BC%C3%9Fe")]
    public async Task Other_paths_are_kept(string prefix, string root)
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                TrustedProxies = [IPAddress.Loopback],
            }
        );

        await Send(server, "/nothing", ("X-Forwarded-Prefix", prefix)).ProblemAsync(404, "notFound", root);
        await Send(server, root + "/v1/info", ("X-Forwarded-Prefix", prefix)).JsonAsync();
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/v1")]
    [InlineData("/js")]
    public async Task A_path_like_one_of_the_service_works_if_the_proxy_strips_it(string prefix)
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                TrustedProxies = [IPAddress.Loopback],
            }
        );
        await using var proxy = new PrefixProxy(server.Address, prefix, strips: true, forwarded: prefix);
        using var client = new HttpClient { BaseAddress = proxy.Address };

        foreach (string path in (string[])["", "docs", "docs/reference.js", "js/app.js", "v1/info"])
        {
            Assert.Equal((path, HttpStatusCode.OK), (path, (await client.GetAsync(path)).StatusCode));
        }
    }

    [Fact]
    public void No_file_of_the_page_has_an_absolute_link()
    {
        string folder = Repository.PathOf("src/Mien.Server/wwwroot");
        foreach (string file in Check.NotEmpty(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)))
        {
            Match found = Absolute().Match(File.ReadAllText(file));
            Assert.False(found.Success, $"{file}: {found}");
        }
    }

    private static Task<HttpResponseMessage> Send(TestServer server, string path, (string Name, string Value) header)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.True(request.Headers.TryAddWithoutValidation(header.Name, header.Value));
        return server.Client.SendAsync(request);
    }

    [GeneratedRegex("""\s(?:href|src)="([^"#][^"]*)["]""")]
    private static partial Regex References();

    [GeneratedRegex("""(href|src|action)\s*=\s*["'`]?/|(fetch|URL|import|url|WebSocket)\(\s*["'`]?/|from ["']/""")]
    private static partial Regex Absolute();
}
