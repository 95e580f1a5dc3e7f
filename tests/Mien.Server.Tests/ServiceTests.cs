using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mien.Server.Tests;

/// <summary>Models, limits, health, the files of the page, and the OpenAPI document.</summary>
public sealed class ServiceTests(SharedServer shared)
{
    [Fact]
    public async Task The_models_have_their_contracts_and_one_is_in_use()
    {
        JsonElement answer = await shared.Client.GetAsync("/v1/models").JsonAsync();

        Assert.Equal("brightness", answer.GetProperty("inUse").GetString());
        JsonElement[] models = [.. answer.GetProperty("models").EnumerateArray()];
        Assert.Equal([.. BuiltInModels.Names, "brightness"], models.Select(m => m.GetProperty("name").GetString()));
        JsonElement used = Assert.Single(models, m => m.GetProperty("inUse").GetBoolean());
        Assert.Equal(
            ("brightness", false),
            (used.GetProperty("name").GetString(), used.GetProperty("builtIn").GetBoolean())
        );
        Assert.Equal(
            0.5,
            used.GetProperty("contract").GetProperty("metrics").GetProperty("publicTest.accuracy").GetDouble()
        );
    }

    [Fact]
    public async Task Info_has_the_limits_and_the_labels()
    {
        JsonElement info = await shared.Client.GetAsync("/v1/info").JsonAsync();

        Assert.Equal(
            ("brightness", false),
            (info.GetProperty("model").GetString(), info.GetProperty("needsKey").GetBoolean())
        );
        Assert.Equal(
            Expressions.Names,
            info.GetProperty("labels").EnumerateArray().Select(e => e.GetProperty("name").GetString())
        );
        Assert.Equal("#d55e00", info.GetProperty("labels")[0].GetProperty("color").GetString());
        Assert.Equal(
            (32 << 20, 16),
            (
                info.GetProperty("limits").GetProperty("bodyBytes").GetInt64(),
                info.GetProperty("limits").GetProperty("files").GetInt32()
            )
        );
        await shared.Client.GetAsync("/v1/info?x=1").ProblemAsync(400, "badQuery");
    }

    [Fact]
    public async Task It_is_ready_only_after_the_networks_have_run()
    {
        IHostApplicationLifetime lifetime = shared.Server.App.Lifetime;
        var readiness = new Readiness(shared.Server.Recognizer, lifetime, NullLogger<Readiness>.Instance);
        var health = new HealthEndpoints(readiness, lifetime);
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();

        ProblemException early = await Assert.ThrowsAsync<ProblemException>(() => health.ReadyAsync(context));
        Assert.Equal((503, "notReady"), (early.Kind.Status, early.Kind.Code));
        readiness.Begin();
        await Answer.UntilAsync(() => readiness.IsReady);
        await health.ReadyAsync(context);
        Assert.Equal(200, context.Response.StatusCode);
        using HttpResponseMessage head = await shared.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, "/health/live"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(
            "live",
            (await shared.Client.GetAsync("/health/live").JsonAsync()).GetProperty("status").GetString()
        );
    }

    [Fact]
    public async Task It_becomes_ready_without_a_request()
    {
        await using TestServer server = await TestServer.StartAsync();
        Readiness readiness = server.App.Services.GetRequiredService<Readiness>();
        await Answer.UntilAsync(() => readiness.IsReady);

        Assert.Equal(
            "ready",
            (await server.Client.GetAsync("/health/ready").JsonAsync()).GetProperty("status").GetString()
        );
    }

    [Fact]
    public async Task Unknown_paths_and_methods()
    {
        Assert.Contains(
            "/v2/faces was not found",
            await shared.Client.GetAsync("/v2/faces").ProblemAsync(404, "notFound"),
            StringComparison.Ordinal
        );
        await shared.Client.GetAsync("/../../etc/passwd").ProblemAsync(404, "notFound");
        Assert.Contains(
            "/v1/faces does not support GET. Allowed: POST.",
            await shared.Client.GetAsync("/v1/faces").ProblemAsync(405, "methodNotAllowed"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Allowed: GET, HEAD.",
            await shared.Client.PostAsync("/", Images.Body([1])).ProblemAsync(405, "methodNotAllowed"),
            StringComparison.Ordinal
        );
        await shared.Client.DeleteAsync("/v1/models").ProblemAsync(405, "methodNotAllowed");
    }

    [Theory]
    [InlineData("GET", "/nothing", 404, "notFound")]
    [InlineData("DELETE", "/docs", 405, "methodNotAllowed")]
    [InlineData("GET", "/v1/stream", 400, "notAWebSocket")]
    public async Task An_error_is_a_problem_also_for_clients_that_accept_HTML(
        string method,
        string path,
        int status,
        string code
    )
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd("text/html");

        await shared.Client.SendAsync(request).ProblemAsync(status, code);
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/index.html", "text/html")]
    [InlineData("/docs/", "text/html")]
    [InlineData("/docs/reference.js", "text/javascript")]
    [InlineData("/docs/reference.css", "text/css")]
    [InlineData("/openapi/v1.json", "application/json")]
    [InlineData("/responsible-use.txt", "text/plain")]
    public async Task The_page_is_served_with_revalidation(string path, string type)
    {
        using HttpResponseMessage first = await shared.Client.GetAsync(path);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await shared.Client.SendAsync(again);
        using HttpResponseMessage head = await shared.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal((HttpStatusCode.OK, type), (first.StatusCode, first.Content.Headers.ContentType?.MediaType));
        Assert.Equal(new CacheControlHeaderValue { NoCache = true }, first.Headers.CacheControl);
        Assert.NotEmpty(await first.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(
            (HttpStatusCode.OK, first.Content.Headers.ContentLength),
            (head.StatusCode, head.Content.Headers.ContentLength)
        );
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_page_loads_nothing_from_other_hosts()
    {
        foreach (
            string name in typeof(MienServer)
                .Assembly.GetManifestResourceNames()
                .Where(n => n.EndsWith(".html", StringComparison.Ordinal))
        )
        {
            string page = await shared.Client.GetStringAsync(name["wwwroot".Length..]);
            Assert.DoesNotMatch(
                """<(script|link|img|source|video|audio|iframe)[^>]*\s(src|href|srcset)\s*=\s*["']?(https?:)?//""",
                page
            );

            // Inline scripts and styles, which the policy forbids.
            Assert.DoesNotMatch("""<(script|style)[^>]*>\s*[^\s<]""", page);
            Assert.DoesNotMatch("""\s(style|on\w+)\s*=\s*["']""", page);
        }
    }

    [Fact]
    public async Task The_page_can_be_served_from_a_folder_and_nothing_outside_of_it()
    {
        string folder = Directory.CreateTempSubdirectory("mien-page-").FullName;
        string inside = Directory.CreateDirectory(Path.Combine(folder, "www", "js")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "secret.txt"), "secret");
        await File.WriteAllTextAsync(Path.Combine(folder, "www", "index.html"), "mine");
        await File.WriteAllTextAsync(Path.Combine(inside, "a.js"), "a");
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                PageFolder = Path.Combine(folder, "www"),
            }
        );

        Assert.Equal("mine", await server.Client.GetStringAsync("/"));
        Assert.Equal("a", await server.Client.GetStringAsync("/js/a.js"));
        await server.Client.GetAsync("/%2e%2e/secret.txt").ProblemAsync(404, "notFound");
        await server.Client.GetAsync("/..%2fsecret.txt").ProblemAsync(404, "notFound");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_OpenAPI_document_lists_every_endpoint_parameter_and_error()
    {
        JsonElement description = await shared.Client.GetAsync("/openapi/v1.json").JsonAsync();

        // The document lists exactly the endpoints of the service.
        var routes = shared
            .Server.App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(e => "/" + e.RoutePattern.RawText!.Trim('/'))
            .Order(StringComparer.Ordinal);
        JsonElement paths = description.GetProperty("paths");
        Assert.Equal(routes, paths.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(FacesQuery.OfImages, Parameters(paths.GetProperty("/v1/faces").GetProperty("post")));
        Assert.Equal(FacesQuery.OfStreams, Parameters(paths.GetProperty("/v1/stream").GetProperty("get")));
        Assert.Equal(
            ProblemKind.All.Select(k => (k.Code, k.Status, k.Title)),
            description
                .GetProperty("x-problems")
                .EnumerateArray()
                .Select(p =>
                    (
                        p.GetProperty("code").GetString()!,
                        p.GetProperty("status").GetInt32(),
                        p.GetProperty("title").GetString()!
                    )
                )
        );
        AssertReferences(description, description);
    }

    [Fact]
    public async Task Responses_have_the_documented_fields()
    {
        JsonElement description = await shared.Client.GetAsync("/openapi/v1.json").JsonAsync();
        JsonElement schemas = description.GetProperty("components").GetProperty("schemas");

        Schema.Check(await shared.Client.GetAsync("/v1/info").JsonAsync(), schemas.GetProperty("Info"), schemas);
        Schema.Check(await shared.Client.GetAsync("/v1/models").JsonAsync(), schemas.GetProperty("Models"), schemas);
        Schema.Check(
            await shared.Client.PostAsync("/v1/faces?crops=true&explain=true", Images.Body(Images.Group)).JsonAsync(),
            schemas.GetProperty("Image"),
            schemas
        );
        Schema.Check(
            await shared
                .Client.PostAsync("/v1/faces", Images.Form(("a.png", Images.Group), ("b.txt", [1])))
                .JsonAsync(),
            schemas.GetProperty("Images"),
            schemas
        );
        using HttpResponseMessage problem = await shared.Client.GetAsync("/v1/faces");
        Schema.Check(
            JsonDocument.Parse(await problem.Content.ReadAsStringAsync()).RootElement,
            schemas.GetProperty("Problem"),
            schemas
        );
    }

    private static IEnumerable<string?> Parameters(JsonElement operation) =>
        operation.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString());

    private static void AssertReferences(JsonElement element, JsonElement root)
    {
        foreach (
            JsonElement child in element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().Select(p => p.Value),
                JsonValueKind.Array => element.EnumerateArray(),
                _ => Enumerable.Empty<JsonElement>(),
            }
        )
        {
            AssertReferences(child, root);
        }

        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out JsonElement reference))
        {
            JsonElement target = root;
            foreach (string part in reference.GetString()!.TrimStart('#', '/').Split('/'))
            {
                Assert.True(target.TryGetProperty(part, out target), $"{reference} does not exist.");
            }
        }
    }
}
