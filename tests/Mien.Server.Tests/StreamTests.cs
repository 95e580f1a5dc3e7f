using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>Camera streams, <c>GET /v1/stream</c>.</summary>
public sealed class StreamTests(SharedServer shared)
{
    private static readonly byte[] Fear = Images.Face(Expression.Fear);

    [Fact]
    public async Task A_face_keeps_its_identity_and_is_smoothed()
    {
        using ClientWebSocket socket = await OpenAsync(shared.Server, "?smoothing=10&top=2");
        await socket.SendAsync(
            Images.Face(Expression.Anger),
            WebSocketMessageType.Binary,
            true,
            CancellationToken.None
        );
        JsonElement first = await ReadAsync(socket);
        await socket.SendAsync(
            Images.Face(Expression.Neutral),
            WebSocketMessageType.Binary,
            true,
            CancellationToken.None
        );
        JsonElement second = await ReadAsync(socket);

        Assert.Equal(
            ["frame", "dropped", "milliseconds", "width", "height", "faces"],
            first.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal((0, 1), (first.GetProperty("frame").GetInt32(), second.GetProperty("frame").GetInt32()));
        JsonElement face = second.GetProperty("faces")[0];
        Assert.Equal(first.GetProperty("faces")[0].GetProperty("id").GetInt32(), face.GetProperty("id").GetInt32());

        // The time constant of 10 s is much longer than the time between the frames, so the first frame has more
        // weight.
        Assert.Equal("neutral", face.GetProperty("label").GetString());
        Assert.Equal("anger", face.GetProperty("smoothed").GetProperty("label").GetString());
        Assert.Equal(
            ["label", "expression", "confidence", "uncertain", "uncertainReason", "scores"],
            face.GetProperty("smoothed").EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(2, face.GetProperty("scores").EnumerateObject().Count());
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task All_faces_of_a_frame_are_sent()
    {
        using ClientWebSocket socket = await OpenAsync(shared.Server, "?crops=true");
        await socket.SendAsync(Images.Group, WebSocketMessageType.Binary, true, CancellationToken.None);
        JsonElement answer = await ReadAsync(socket);

        Assert.Equal((640, 512), (answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32()));
        Assert.Equal(
            [1, 2, 3],
            answer.GetProperty("faces").EnumerateArray().Select(f => f.GetProperty("id").GetInt32())
        );
        Check.All(
            answer.GetProperty("faces").EnumerateArray(),
            f => Assert.True(f.TryGetProperty("crop", out _) && f.TryGetProperty("keypoints", out _))
        );
    }

    [Fact]
    public async Task Newer_frames_replace_older_ones()
    {
        await using TestServer server = await TestServer.StartAsync();
        using Gate gate = await Gate.CloseAsync(server);
        using ClientWebSocket socket = await OpenAsync(server);
        await socket.SendAsync(Fear, WebSocketMessageType.Binary, true, CancellationToken.None);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);
        byte[] newest = Images.Face(Expression.Happiness, 40);
        foreach (byte[] frame in (byte[][])[Fear, Fear, newest])
        {
            await socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);
        }

        // One frame is processed and one waits; the others are dropped and their memory is free.
        await Answer.UntilAsync(() => server.Budget.Held == Fear.Length + newest.Length);
        gate.Open();
        JsonElement first = await ReadAsync(socket),
            last = await ReadAsync(socket);

        Assert.Equal(0, first.GetProperty("frame").GetInt32());
        Assert.Equal((3, 2), (last.GetProperty("frame").GetInt32(), last.GetProperty("dropped").GetInt32()));
        Assert.Equal("happiness", last.GetProperty("faces")[0].GetProperty("label").GetString());
    }

    [Fact]
    public async Task A_bad_frame_does_not_end_the_stream()
    {
        using ClientWebSocket socket = await OpenAsync(shared.Server);
        foreach (byte[] frame in (byte[][])["nonsense"u8.ToArray(), []])
        {
            await socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);
            JsonElement error = (await ReadAsync(socket)).GetProperty("error");
            Assert.Equal(frame.Length > 0 ? "notAnImage" : "emptyFile", error.GetProperty("code").GetString());
            Assert.NotEmpty(error.GetProperty("message").GetString()!);
        }

        await socket.SendAsync(Fear.AsMemory(0, 20), WebSocketMessageType.Binary, false, CancellationToken.None);
        await socket.SendAsync(Fear.AsMemory(20), WebSocketMessageType.Binary, true, CancellationToken.None);
        JsonElement good = await ReadAsync(socket);
        Assert.Equal(
            (2, "fear"),
            (good.GetProperty("frame").GetInt32(), good.GetProperty("faces")[0].GetProperty("label").GetString())
        );
    }

    [Fact]
    public async Task A_frame_that_is_too_large_and_a_text_message_close_the_stream()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { MaxFrameBytes = 1000 });
        using ClientWebSocket large = await OpenAsync(server);
        await large.SendAsync(new byte[200_000], WebSocketMessageType.Binary, true, CancellationToken.None);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await EndAsync(large));
        using ClientWebSocket text = await OpenAsync(server);
        await text.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await EndAsync(text));
        await Answer.UntilAsync(() => server.Budget.Held == 0);
    }

    [Fact]
    public async Task An_idle_stream_is_closed()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                StreamIdle = TimeSpan.FromMilliseconds(200),
            }
        );
        using ClientWebSocket socket = await OpenAsync(server);

        Assert.Equal((WebSocketCloseStatus)4408, await EndAsync(socket));
        Assert.Equal("No frame was received for 0.2 s.", socket.CloseStatusDescription);
    }

    [Fact]
    public async Task Streams_above_the_limit_are_refused_until_one_ends()
    {
        await using TestServer server = await TestServer.StartAsync(o => o with { MaxStreams = 1 });
        using (ClientWebSocket first = await OpenAsync(server))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await RefusedAsync(server));
        }

        // The first client disconnected without a closing handshake; its place becomes free when the service notices
        // it.
        using var socket = new ClientWebSocket();
        while (socket.State != WebSocketState.Open)
        {
            try
            {
                using var next = new ClientWebSocket();
                await next.ConnectAsync(StreamAddress(server), TestContext.Current.CancellationToken);
                break;
            }
            catch (WebSocketException)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Cross_site_streams_and_streams_without_a_key_are_refused()
    {
        const string key = "0123456789abcdef";
        await using TestServer server = await TestServer.StartAsync(o => o with { ApiKeys = [key] });
        string protocol =
            "mien.key."
            + Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        Assert.Equal(
            HttpStatusCode.Forbidden,
            await RefusedAsync(shared.Server, s => s.Options.SetRequestHeader("Origin", "https://evil.example"))
        );
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(server));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await RefusedAsync(server, s => s.Options.AddSubProtocol(protocol + "x"))
        );
        Assert.Equal(HttpStatusCode.BadRequest, await RefusedAsync(shared.Server, query: "?boxes=1,2,3,4"));
        using ClientWebSocket socket = await OpenAsync(
            server,
            change: s =>
            {
                s.Options.AddSubProtocol("mien.v1");
                s.Options.AddSubProtocol(protocol);
            }
        );
        Assert.Equal("mien.v1", socket.SubProtocol);
    }

    [Fact]
    public async Task A_request_without_a_WebSocket_handshake_is_refused() =>
        Assert.Contains(
            "expected 'Upgrade: websocket'",
            await shared.Client.GetAsync("/v1/stream").ProblemAsync(400, "notAWebSocket"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_shutdown_closes_streams()
    {
        TestServer server = await TestServer.StartAsync();
        using ClientWebSocket socket = await OpenAsync(server);
        await socket.SendAsync(Fear, WebSocketMessageType.Binary, true, CancellationToken.None);
        await ReadAsync(socket);
        Task stopping = server.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await EndAsync(socket));
        await stopping;
        await server.DisposeAsync();
    }

    private static Uri StreamAddress(TestServer server, string query = "") =>
        new($"ws://127.0.0.1:{server.Address.Port}/v1/stream{query}");

    private static async Task<ClientWebSocket> OpenAsync(
        TestServer server,
        string query = "",
        Action<ClientWebSocket>? change = null
    )
    {
        var socket = new ClientWebSocket();
        change?.Invoke(socket);
        await socket.ConnectAsync(StreamAddress(server, query), TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<HttpStatusCode> RefusedAsync(
        TestServer server,
        Action<ClientWebSocket>? change = null,
        string query = ""
    )
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        change?.Invoke(socket);
        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(StreamAddress(server, query), TestContext.Current.CancellationToken)
        );
        return socket.HttpStatusCode;
    }

    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[65536];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal(WebSocketMessageType.Text, part.MessageType);
            message.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage);

        return JsonDocument.Parse(message.ToArray()).RootElement;
    }

    private static async Task<WebSocketCloseStatus?> EndAsync(ClientWebSocket socket)
    {
        WebSocketReceiveResult part = await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketMessageType.Close, part.MessageType);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        return part.CloseStatus;
    }
}
