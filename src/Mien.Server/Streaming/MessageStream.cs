using System.Net.WebSockets;

namespace Mien.Server;

/// <summary>One message of a WebSocket as a stream that ends with it.</summary>
internal sealed class MessageStream(WebSocket socket) : ForwardStream
{
    private bool ended;

    /// <summary>What kind of message it is; known once something was read.</summary>
    public WebSocketMessageType? Type { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // An empty part is not the end of the message.
        while (!ended)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer, cancellationToken);
            Type = part.MessageType;
            ended = part.EndOfMessage || part.MessageType == WebSocketMessageType.Close;
            if (part.Count > 0)
            {
                return part.Count;
            }
        }

        return 0;
    }

    /// <summary>Reads the rest of the message and forgets it.</summary>
    public async Task SkipAsync(CancellationToken cancellationToken)
    {
        byte[] rest = new byte[4096];
        while (await ReadAsync(rest, cancellationToken) > 0) { }
    }
}
