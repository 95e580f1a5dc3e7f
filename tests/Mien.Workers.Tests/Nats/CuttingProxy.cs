using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mien.Workers.Tests;

/// <summary>Passes TCP connections on to a port of this machine, and cuts all of them when it is told to.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<TcpClient> open = [];
    private readonly int target;
    private readonly Task accepting;
    private int accepted;

    public CuttingProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Url =>
        string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>The number of connections so far.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>Cuts all connections without a word to either side.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach (TcpClient client in open)
            {
                client.Client.LingerState = new LingerOption(true, 0);
                client.Close();
            }

            open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient near = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref accepted);
                connections.Add(PassAsync(near));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            lock (gate)
            {
                open.Add(near);
                open.Add(far);
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            Task up = near.GetStream().CopyToAsync(far.GetStream(), ended.Token),
                down = far.GetStream().CopyToAsync(near.GetStream(), ended.Token);
            await Task.WhenAny(up, down);
            await ended.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or SocketException
                        or OperationCanceledException
                        or ObjectDisposedException
                        or InvalidOperationException
            )
        {
            // One of the two has gone.
        }
        finally
        {
            lock (gate)
            {
                open.Remove(near);
                open.Remove(far);
                near.Dispose();
                far.Dispose();
            }
        }
    }
}
