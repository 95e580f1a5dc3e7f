using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>A client of <c>GET /v1/stream</c>.</summary>
internal sealed class StreamClient : IDisposable
{
    private readonly ClientWebSocket socket = new();

    private StreamClient() { }

    /// <summary>The reason with which the service closed the stream.</summary>
    public string? Reason => socket.CloseStatusDescription;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<StreamClient> OpenAsync(TestServer server, string query = "")
    {
        var client = new StreamClient();
        await client.socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Address.Port}/v1/stream{query}"), Cancelled);
        return client;
    }

    /// <summary>Sends a text message.</summary>
    public Task TextAsync(string text, bool isEnd = true) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, isEnd, Cancelled);

    /// <summary>Sends bytes as a text message, which may be no text.</summary>
    public Task TextAsync(byte[] text) => socket.SendAsync(text, WebSocketMessageType.Text, true, Cancelled);

    /// <summary>Sends a frame without a time.</summary>
    public Task FrameAsync(byte[] frame) => socket.SendAsync(frame, WebSocketMessageType.Binary, true, Cancelled);

    /// <summary>Sends a time and a frame.</summary>
    public async Task FrameAsync(byte[] frame, double time, bool isSeek = false)
    {
        await TextAsync(JsonSerializer.Serialize(isSeek ? new { time, seek = true } : (object)new { time }));
        await FrameAsync(frame);
    }

    /// <summary>Sends a time and a frame, and receives the answer.</summary>
    public async Task<JsonElement> AskAsync(byte[] frame, double time, bool isSeek = false)
    {
        await FrameAsync(frame, time, isSeek);
        return await ReadAsync();
    }

    /// <summary>Receives an answer.</summary>
    public async Task<JsonElement> ReadAsync()
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[65536];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, Cancelled);
            Assert.True(part.MessageType == WebSocketMessageType.Text, $"Closed: {socket.CloseStatusDescription}");
            message.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage);

        return JsonDocument.Parse(message.ToArray()).RootElement;
    }

    /// <summary>Receives the closing message of the service, and closes the stream.</summary>
    public async Task<WebSocketCloseStatus?> EndAsync()
    {
        WebSocketReceiveResult part = await socket.ReceiveAsync(new byte[4096], Cancelled);
        Assert.Equal(WebSocketMessageType.Close, part.MessageType);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        }
        catch (WebSocketException)
        {
            // After invalid text the service disconnects without waiting for this message.
        }

        return part.CloseStatus;
    }

    public void Dispose() => socket.Dispose();
}
