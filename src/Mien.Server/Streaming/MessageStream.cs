using System.Net.WebSockets;

namespace Mien.Server;

/// <summary>Reads one WebSocket message as a stream, which ends with the message.</summary>
internal sealed class MessageStream(WebSocket socket) : ForwardStream
{
    private bool ended;

    /// <summary>Waits for the message, without reading it. Call it once, before the first read.</summary>
    /// <returns>The type of the message.</returns>
    public async Task<WebSocketMessageType> BeginAsync(CancellationToken cancellationToken) =>
        (await ReceiveAsync(Memory<byte>.Empty, cancellationToken)).MessageType;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read of 0 bytes would mean the end of the stream, so empty parts of the message are skipped.
        while (!ended)
        {
            ValueWebSocketReceiveResult part = await ReceiveAsync(buffer, cancellationToken);
            if (part.Count > 0)
            {
                return part.Count;
            }
        }

        return 0;
    }

    /// <summary>Reads and discards the rest of the message.</summary>
    public async Task SkipAsync(CancellationToken cancellationToken)
    {
        byte[] rest = new byte[4096];
        while (await ReadAsync(rest, cancellationToken) > 0) { }
    }

    private async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer, cancellationToken);
        ended = part.EndOfMessage || part.MessageType == WebSocketMessageType.Close;
        return part;
    }
}
