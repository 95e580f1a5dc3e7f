using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Mien.Server;

/// <summary><c>GET /v1/stream</c>: receives frames over a WebSocket and sends the results.</summary>
internal sealed class StreamEndpoint(
    ServerOptions options,
    FaceExpressionRecognizer recognizer,
    RecognitionQueue queue,
    UploadBudget budget,
    ServerMetrics metrics,
    IHostApplicationLifetime lifetime
)
{
    private int open;

    public async Task HandleAsync(HttpContext context)
    {
        FacesQuery query = FacesQuery.Read(context.Request.Query, FacesQuery.OfStreams, options, recognizer.Contract);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new ProblemException(
                ProblemKind.NotAWebSocket,
                "The request is not a WebSocket handshake, expected 'Upgrade: websocket' (a ws:// URL in a "
                    + "WebSocket client). Send single images to POST /v1/faces."
            );
        }

        if (Interlocked.Increment(ref open) > options.MaxStreams)
        {
            Interlocked.Decrement(ref open);
            throw new ProblemException(
                ProblemKind.TooManyStreams,
                $"All {options.MaxStreams} streams are in use. Try again later, or send single images to POST "
                    + $"/v1/faces."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            };
        }

        metrics.StreamOpened();
        try
        {
            string? protocol = context.WebSockets.WebSocketRequestedProtocols.Contains(ApiKeyCheck.Protocol)
                ? ApiKeyCheck.Protocol
                : null;
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
            using var connection = new StreamConnection(
                socket,
                query,
                options,
                recognizer.UncertainBelowOf(query.Recognition.Head),
                queue,
                budget,
                metrics
            );
            await connection.RunAsync(context.RequestAborted, lifetime.ApplicationStopping);
        }
        finally
        {
            metrics.StreamClosed();
            Interlocked.Decrement(ref open);
        }
    }
}
