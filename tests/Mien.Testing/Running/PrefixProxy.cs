using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mien.Testing;

/// <summary>
/// A reverse proxy that serves another server under a path: it takes the path off or leaves it, and changes nothing
/// else, neither redirects nor pages. WebSockets pass too.
/// </summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly Uri target;
    private readonly string prefix;
    private readonly bool strips;
    private readonly string header;

    /// <summary>Starts it.</summary>
    /// <param name="target">The address of the other server.</param>
    /// <param name="prefix">The path, such as <c>/mien</c>.</param>
    /// <param name="strips">Whether it strips the path.</param>
    /// <param name="forwarded">The value of <c>X-Forwarded-Prefix</c>; <c>null</c> sends none.</param>
    public PrefixProxy(Uri target, string prefix, bool strips, string? forwarded = null)
    {
        (this.target, this.prefix, this.strips) = (target, prefix, strips);
        header = forwarded is null ? "" : $"X-Forwarded-Prefix: {forwarded}\r\n";
        listener.Start();
        Address = new Uri($"http://{listener.LocalEndpoint}{prefix}/");
        accepting = AcceptAsync();
    }

    /// <summary>The address of the served server's root, with a slash at the end.</summary>
    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
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
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using TcpClient client = accepted;
        try
        {
            NetworkStream near = client.GetStream();
            (string head, byte[] beyond) = await HeadAsync(near);
            if (Rewrite(head) is not { } rewritten)
            {
                await near.WriteAsync(
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
                    stop.Token
                );
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(target.Host, target.Port, stop.Token);
            NetworkStream far = server.GetStream();
            await far.WriteAsync(Encoding.Latin1.GetBytes(rewritten), stop.Token);
            await far.WriteAsync(beyond, stop.Token);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            Task up = near.CopyToAsync(far, ended.Token),
                down = far.CopyToAsync(near, ended.Token);
            await Task.WhenAny(up, down);
            await ended.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of the two has gone.
        }
    }

    /// <summary>Reads up to the end of the headers, and what came with it.</summary>
    private async Task<(string Head, byte[] Beyond)> HeadAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[65536];
        for (int count = 0; ; )
        {
            int read = await stream.ReadAsync(buffer.AsMemory(count), stop.Token);
            count += read > 0 ? read : throw new IOException("The client has gone.");
            int end = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return (Encoding.Latin1.GetString(buffer, 0, end + 2), buffer[(end + 4)..count]);
            }
        }
    }

    /// <summary>The request as the server gets it; <c>null</c> for an address that is not under the prefix.</summary>
    private string? Rewrite(string head)
    {
        string[] lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] request = lines[0].Split(' ');
        string path = request[1];
        if (!path.StartsWith(prefix, StringComparison.Ordinal) || path[prefix.Length..] is not ("" or ['/' or '?', ..]))
        {
            return null;
        }

        path = strips ? "/" + path[prefix.Length..].TrimStart('/') : path;
        bool upgrades = lines.Any(l => l.StartsWith("Upgrade:", StringComparison.OrdinalIgnoreCase));
        IEnumerable<string> headers = lines
            .Skip(1)
            .Where(l => upgrades || !l.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
        return $"{request[0]} {path} {request[2]}\r\n"
            + string.Concat(headers.Select(l => l + "\r\n"))
            + (upgrades ? "" : "Connection: close\r\n")
            + header
            + "\r\n";
    }
}
