using System.Net;
using Mien.CommandLine;
using Mien.Server;

namespace Mien.Cli;

/// <summary><c>mien serve --check</c>: the health check for containers, whose images have no curl.</summary>
internal static class HealthCheck
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(
        ServerOptions options,
        CommandConsole console,
        CancellationToken cancellationToken
    )
    {
        // A service that listens on all addresses is checked on the loopback address.
        IPAddress address =
            options.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : options.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback
            : options.Address;
        var url = new Uri($"http://{new IPEndPoint(address, options.Port)}/health/ready");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = ResponseTimeout };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(url, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                console.Out.WriteLine("ready");
                return ExitCodes.Done;
            }

            console.Error.WriteLine(
                $"error: {url} answered with status {(int)answer.StatusCode}: "
                    + $"{await answer.Content.ReadAsStringAsync(cancellationToken)}"
            );
        }
        catch (Exception e)
            when (e is HttpRequestException
                || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            console.Error.WriteLine($"error: {url} does not answer ({e.Message}). Is 'mien serve' running there?");
        }

        return ExitCodes.SomeFailed;
    }
}
