using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Mien.Server.Load;

/// <summary>
/// Clients that hold connections while the others send: twenty that send a header endlessly, byte by byte (slow loris),
/// and, repeatedly, two hundred simultaneous streams, each of which sends some frames, with or without media times, and
/// is then killed or closed.
/// </summary>
internal sealed class Holders(Uri address, Action<string, string> count)
{
    private const int Streams = 200;
    private const int Loris = 20;

    private readonly byte[] frame = OneFacePhoto.Make();

    public async Task RunAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll([
            StreamsAsync(cancellationToken),
            .. Enumerable.Range(0, Loris).Select(_ => LorisAsync(cancellationToken)),
        ]);

    private async Task StreamsAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(
                Enumerable.Range(0, Streams).Select(i => StreamAsync(kill: i % 2 == 0, hasTimes: i % 4 < 2))
            );
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task StreamAsync(bool kill, bool hasTimes)
    {
        string kind = kill ? "stream killed" : "stream";
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{address.Port}/v1/stream"), patience.Token);
        }
        catch (WebSocketException)
        {
            count(kind, socket.HttpStatusCode == 0 ? "not connected" : $"refused {(int)socket.HttpStatusCode}");
            return;
        }

        try
        {
            for (int i = 0; i < 5; i++)
            {
                if (hasTimes)
                {
                    byte[] time = Encoding.ASCII.GetBytes($$"""{"time": {{i}}}""");
                    await socket.SendAsync(time, WebSocketMessageType.Text, true, patience.Token);
                }

                await socket.SendAsync(frame, WebSocketMessageType.Binary, true, patience.Token);
            }

            if (kill)
            {
                socket.Abort(); // in the middle of its frames
                count(kind, "sent");
                return;
            }

            await socket.ReceiveAsync(new byte[65536], patience.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            count(kind, "answered");
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            count(kind, e.GetType().Name);
        }
    }

    private async Task LorisAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, address.Port, CancellationToken.None);
                NetworkStream stream = client.GetStream();
                await stream.WriteAsync(
                    "POST /v1/faces HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "u8.ToArray(),
                    CancellationToken.None
                );
                Task<int> ended = stream.ReadAsync(new byte[1024], CancellationToken.None).AsTask();
                while (!ended.IsCompleted && !cancellationToken.IsCancellationRequested)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes("x"), CancellationToken.None);
                    await Task.WhenAny(ended, Task.Delay(500, CancellationToken.None));
                }

                count("slow loris", ended.IsCompleted ? "ended by the service" : "held");
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                count("slow loris", "ended by the service");
            }
        }
    }
}
