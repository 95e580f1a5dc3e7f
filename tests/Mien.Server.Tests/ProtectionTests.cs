using System.Net;
using System.Net.Http.Headers;

namespace Mien.Server.Tests;

/// <summary>Host names, origins, API keys and rate limits.</summary>
public sealed class ProtectionTests(SharedServer shared)
{
    private const string Key = "0123456789abcdef-first";

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("evil.example:8080")]
    public async Task Other_host_names_are_refused(string host)
    {
        Assert.Contains(
            $"the host name '{host.Split(':')[0]}'",
            await Send(shared.Client, "/v1/info", r => r.Headers.Host = host).ProblemAsync(403, "hostNotAllowed"),
            StringComparison.Ordinal
        );
        await Send(shared.Client, "/", r => r.Headers.Host = host).ProblemAsync(403, "hostNotAllowed");
    }

    [Theory]
    [InlineData("localhost:1")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8080")]
    [InlineData("192.168.1.20:8080")]
    public async Task Localhost_and_IP_addresses_are_allowed(string host) =>
        await Send(shared.Client, "/v1/info", r => r.Headers.Host = host).JsonAsync();

    [Fact]
    public async Task Configured_host_names_are_allowed()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { AllowedHosts = ["mien.example"] });
        await Send(server.Client, "/v1/info", r => r.Headers.Host = "MIEN.example:443").JsonAsync();
        await Send(server.Client, "/v1/info", r => r.Headers.Host = "other.example")
            .ProblemAsync(403, "hostNotAllowed");
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://localhost")]
    public async Task Pages_of_other_sites_are_refused(string origin) =>
        await Post(shared.Client, r => r.Headers.Add("Origin", origin)).ProblemAsync(403, "originNotAllowed");

    [Fact]
    public async Task The_services_own_page_is_allowed_also_behind_TLS()
    {
        await Post(shared.Client, r => r.Headers.Add("Origin", shared.Address.GetLeftPart(UriPartial.Authority)))
            .JsonAsync();
        await Post(
                shared.Client,
                r =>
                {
                    r.Headers.Host = "127.0.0.1";
                    r.Headers.Add("Origin", "https://127.0.0.1");
                }
            )
            .JsonAsync();
    }

    [Fact]
    public async Task CORS_is_off_unless_an_origin_is_configured()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                AllowedOrigins = ["https://example.org"],
            }
        );
        HttpResponseMessage closed = await Preflight(shared.Client, "https://example.org");
        HttpResponseMessage open = await Preflight(server.Client, "https://example.org");
        HttpResponseMessage other = await Preflight(server.Client, "https://evil.example");
        HttpResponseMessage posted = await Post(server.Client, r => r.Headers.Add("Origin", "https://example.org"));

        Assert.DoesNotContain(
            closed.Headers,
            h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)
        );
        Assert.Equal("https://example.org", Assert.Single(open.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(
            (HttpStatusCode.OK, "https://example.org"),
            (posted.StatusCode, posted.Headers.GetValues("Access-Control-Allow-Origin").Single())
        );
        await Post(server.Client, r => r.Headers.Add("Origin", "https://evil.example"))
            .ProblemAsync(403, "originNotAllowed");
    }

    [Fact]
    public async Task If_keys_are_configured_requests_need_one()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                ApiKeys = [Key, "0123456789abcdef-second"],
            }
        );

        Assert.Contains(
            "no valid API key",
            await Post(server.Client).ProblemAsync(401, "noKey"),
            StringComparison.Ordinal
        );
        await Post(server.Client, r => r.Headers.Add("X-Api-Key", Key[..^1])).ProblemAsync(401, "noKey");
        await Post(server.Client, r => r.Headers.Authorization = new AuthenticationHeaderValue("Basic", Key))
            .ProblemAsync(401, "noKey");
        using HttpResponseMessage refused = await Post(server.Client);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        await Post(server.Client, r => r.Headers.Add("X-Api-Key", Key)).JsonAsync();
        await Post(
                server.Client,
                r => r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "0123456789abcdef-second")
            )
            .JsonAsync();
        await Send(server.Client, "/v1/models").ProblemAsync(401, "noKey");
        await Send(server.Client, "/metrics").ProblemAsync(401, "noKey");
        Assert.True((await Send(server.Client, "/v1/info").JsonAsync()).GetProperty("needsKey").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await Send(server.Client, "/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Send(server.Client, "/health/live")).StatusCode);
    }

    [Fact]
    public async Task A_client_above_the_rate_limit_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { Rate = 0.01, RateBurst = 2 });

        await Post(server.Client).JsonAsync();
        await Send(server.Client, "/v1/info").JsonAsync();
        Assert.Contains(
            "more than 0.01 requests per second",
            await Post(server.Client).ProblemAsync(429, "tooManyRequests"),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.OK, (await Send(server.Client, "/")).StatusCode);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_client_has_its_own_rate_limit()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                Rate = 0.01,
                RateBurst = 1,
                TrustedProxies = [IPAddress.Loopback],
            }
        );

        await Send(server.Client, "/v1/info", r => r.Headers.Add("X-Forwarded-For", "203.0.113.1")).JsonAsync();
        await Send(server.Client, "/v1/info", r => r.Headers.Add("X-Forwarded-For", "203.0.113.2")).JsonAsync();
        await Send(server.Client, "/v1/info", r => r.Headers.Add("X-Forwarded-For", "203.0.113.1"))
            .ProblemAsync(429, "tooManyRequests");
    }

    [Fact]
    public async Task Forwarded_addresses_of_untrusted_clients_are_ignored()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { Rate = 0.01, RateBurst = 1 });

        await Send(server.Client, "/v1/info", r => r.Headers.Add("X-Forwarded-For", "203.0.113.1")).JsonAsync();
        await Send(server.Client, "/v1/info", r => r.Headers.Add("X-Forwarded-For", "203.0.113.2"))
            .ProblemAsync(429, "tooManyRequests");
    }

    [Theory]
    [InlineData("/", "default-src 'self';")]
    [InlineData("/docs", "default-src 'self';")]
    [InlineData("/v1/info", "default-src 'none';")]
    [InlineData("/nothing", "default-src 'none';")]
    public async Task Every_response_has_security_headers(string path, string policy)
    {
        using HttpResponseMessage answer = await Send(shared.Client, path);

        string csp = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith(policy, csp, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", csp, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", csp, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static Task<HttpResponseMessage> Preflight(HttpClient client, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/v1/faces");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        return client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/faces")
        {
            Content = Images.Body(Images.Face(Expression.Fear)),
        };
        change?.Invoke(request);
        return client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> Send(
        HttpClient client,
        string path,
        Action<HttpRequestMessage>? change = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        change?.Invoke(request);
        return client.SendAsync(request);
    }
}
