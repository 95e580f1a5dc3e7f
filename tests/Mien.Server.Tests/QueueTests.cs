using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>The limits of the queue, memory and time, batching, and shutdown.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task A_full_queue_refuses_images_and_processes_those_that_wait()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { QueueLength = 2, MaxFiles = 2 });
        using Gate gate = await Gate.CloseAsync(server);
        Task<HttpResponseMessage> first = Post(server),
            second = Post(server);
        await Answer.UntilAsync(() => server.Queue.Waiting == 2);

        Assert.Contains(
            "The queue is full (2 images wait, the limit is 2)",
            await Post(server).ProblemAsync(503, "busy"),
            StringComparison.Ordinal
        );
        await server
            .Client.PostAsync("/v1/faces", Images.Form(("a.png", Images.Face(Expression.Fear))))
            .ProblemAsync(503, "busy");
        gate.Open();
        Assert.Equal("fear", NameOf(await first.JsonAsync()));
        Assert.Equal("fear", NameOf(await second.JsonAsync()));
        await Post(server).JsonAsync();
        Assert.Equal((0, 0L), (server.Queue.Waiting, server.Budget.Held));
    }

    [Fact]
    public async Task All_files_of_a_request_are_queued_or_none()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { QueueLength = 2, MaxFiles = 2 });
        using Gate gate = await Gate.CloseAsync(server);
        Task<HttpResponseMessage> first = Post(server);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);

        await server
            .Client.PostAsync(
                "/v1/faces",
                Images.Form(("a.png", Images.Face(Expression.Fear)), ("b.png", Images.Face(Expression.Fear)))
            )
            .ProblemAsync(503, "busy");
        Assert.Equal(1, server.Queue.Waiting);
        gate.Open();
        await first.JsonAsync();
    }

    [Fact]
    public async Task Jobs_of_disconnected_clients_are_dropped()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { QueueLength = 1, MaxFiles = 1 });
        using Gate gate = await Gate.CloseAsync(server);
        using var gone = new CancellationTokenSource();
        Task<HttpResponseMessage> first = server.Client.PostAsync(
            "/v1/faces",
            Images.Body(Images.Face(Expression.Fear)),
            gone.Token
        );
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        // Its place in the queue and its memory are free although the worker is still busy.
        await Answer.UntilAsync(() => server.Queue.Waiting == 0 && server.Budget.Held == 0);
        Task<HttpResponseMessage> next = Post(server);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);
        gate.Open();
        await next.JsonAsync();
    }

    [Fact]
    public async Task Uploads_are_refused_when_the_memory_budget_is_used_up()
    {
        byte[] face = Images.Face(Expression.Fear);
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                MaxBodyBytes = face.Length + 10,
                MaxImageBytes = face.Length + 10,
                MaxBufferedBytes = face.Length + 20,
            }
        );
        using Gate gate = await Gate.CloseAsync(server);
        Task<HttpResponseMessage> first = Post(server);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);

        Assert.Contains(
            "The memory for uploads is full",
            await Post(server).ProblemAsync(503, "busy"),
            StringComparison.Ordinal
        );
        gate.Open();
        await first.JsonAsync();
        await Post(server).JsonAsync();
    }

    [Fact]
    public async Task Processing_that_exceeds_the_time_limit_is_cancelled()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                RequestTimeout = TimeSpan.FromMilliseconds(300),
            }
        );
        using Gate gate = await Gate.CloseAsync(server);

        await Post(server).ProblemAsync(503, "tooSlow");
        Assert.Equal((0, 0L), (server.Queue.Waiting, server.Budget.Held));
    }

    [Fact]
    public async Task An_upload_that_exceeds_the_time_limit_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                RequestTimeout = TimeSpan.FromMilliseconds(300),
            }
        );
        string answer = await RawAsync(
            server,
            "POST /v1/faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc"
        );

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"uploadTooSlow\"", answer, StringComparison.Ordinal);
        await Answer.UntilAsync(() => server.Budget.Held == 0);
    }

    [Fact]
    public async Task A_slow_upload_is_refused_after_Kestrels_grace_period_of_five_seconds()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { MinDataRate = 1_000_000 });
        string answer = await RawAsync(
            server,
            "POST /v1/faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc"
        );

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"uploadTooSlow\"", answer, StringComparison.Ordinal);
        Assert.Contains("Use a faster connection", answer, StringComparison.Ordinal);
        await Answer.UntilAsync(() => server.Budget.Held == 0);
    }

    [Fact]
    public async Task Headers_that_exceed_the_time_limit_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                HeadersTimeout = TimeSpan.FromSeconds(1),
            }
        );

        Assert.StartsWith(
            "HTTP/1.1 408 ",
            await RawAsync(server, "POST /v1/faces HTTP/1.1\r\nHost: loc"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_aborted_upload_frees_its_memory()
    {
        await using TestServer server = await TestServer.StartAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, TestContext.Current.CancellationToken);
            await client
                .GetStream()
                .WriteAsync(
                    Encoding.ASCII.GetBytes(
                        "POST /v1/faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc"
                    ),
                    TestContext.Current.CancellationToken
                );
            await Answer.UntilAsync(() => server.Budget.Held == 3);
        }

        await Answer.UntilAsync(() => server.Budget.Held == 0);
        await Post(server).JsonAsync();
    }

    [Fact]
    public async Task Crops_that_wait_together_are_classified_in_one_batch()
    {
        int largest = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == ServerMetrics.MeterName && instrument.Name == "mien.batch.size")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>(
            (_, size, _, _) => largest = Math.Max(Volatile.Read(ref largest), size)
        );
        listener.Start();
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                BatchSize = 7,
                BatchWindow = TimeSpan.FromMinutes(1), // ends with the seventh crop
            }
        );
        using Gate gate = await Gate.CloseAsync(server);
        Task<HttpResponseMessage>[] sent =
        [
            .. Enumerable
                .Range(0, Expressions.Count)
                .Select(i => server.Client.PostAsync("/v1/faces?crops=true", Images.Body(Images.Face((Expression)i)))),
        ];
        await Answer.UntilAsync(() => server.Queue.Waiting == sent.Length);
        gate.Open();

        for (int i = 0; i < sent.Length; i++)
        {
            JsonElement image = await sent[i].JsonAsync();
            Assert.Equal(Expressions.Names[i], NameOf(image));
            Assert.True(image.GetProperty("faces")[0].TryGetProperty("crop", out _));
        }

        Assert.Equal(7, Volatile.Read(ref largest));
    }

    [Fact]
    public async Task Bad_images_and_photos_among_crops_get_their_own_results()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                BatchSize = 64,
                BatchWindow = TimeSpan.FromSeconds(1),
            }
        );
        using Gate gate = await Gate.CloseAsync(server);
        Task<HttpResponseMessage> first = Post(server);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);
        Task<HttpResponseMessage> bad = server.Client.PostAsync("/v1/faces", Images.Body("nonsense"u8.ToArray()));
        await Answer.UntilAsync(() => server.Queue.Waiting == 2);
        Task<HttpResponseMessage> crop = server.Client.PostAsync(
            "/v1/faces",
            Images.Body(Images.Face(Expression.Neutral))
        );
        await Answer.UntilAsync(() => server.Queue.Waiting == 3);
        Task<HttpResponseMessage> photo = server.Client.PostAsync("/v1/faces", Images.Body(Images.Group));
        await Answer.UntilAsync(() => server.Queue.Waiting == 4);
        gate.Open();

        Assert.Equal("fear", NameOf(await first.JsonAsync()));
        await bad.ProblemAsync(415, "notAnImage");
        Assert.Equal("neutral", NameOf(await crop.JsonAsync()));
        Assert.Equal(3, (await photo.JsonAsync()).GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public async Task A_shutdown_finishes_running_requests_and_accepts_no_more()
    {
        TestServer server = await TestServer.StartAsync();
        using Gate gate = await Gate.CloseAsync(server);
        Task<HttpResponseMessage> under = Post(server);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);
        Task stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
        await Answer.UntilAsync(() => server.App.Lifetime.ApplicationStopping.IsCancellationRequested);
        gate.Open();

        Assert.Equal("fear", NameOf(await under.JsonAsync()));
        await stopping;
        using var late = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => late.GetAsync(new Uri(server.Address, "/v1/info")));
        await server.DisposeAsync();
    }

    private static string? NameOf(JsonElement image) => image.GetProperty("faces")[0].GetProperty("label").GetString();

    private static Task<HttpResponseMessage> Post(TestServer server) =>
        server.Client.PostAsync("/v1/faces", Images.Body(Images.Face(Expression.Fear)));

    /// <summary>Sends raw bytes, which a client library would not send, and reads the response.</summary>
    private static async Task<string> RawAsync(TestServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        byte[] buffer = new byte[4096];
        var answer = new StringBuilder();
        int count;
        while (
            !answer.ToString().Contains('}')
            && (count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0
        )
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return answer.ToString();
    }
}
