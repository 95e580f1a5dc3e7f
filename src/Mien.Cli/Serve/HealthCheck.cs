using System.Net;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// <c>mien serve --check</c> and <c>mien work --check</c>: the health check for containers, whose images have no curl.
/// </summary>
internal static class HealthCheck
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Asks a running service or worker whether it is ready.</summary>
    /// <param name="listening">The address that it listens on.</param>
    /// <param name="port">The port that it listens on.</param>
    /// <param name="program">Its command line, for messages.</param>
    /// <param name="console">The console.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        IPAddress listening,
        int port,
        string program,
        CommandConsole console,
        CancellationToken cancellationToken
    )
    {
        // What listens on all addresses is checked on the loopback address.
        IPAddress address =
            listening.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listening.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback
            : listening;
        var url = new Uri($"http://{new IPEndPoint(address, port)}/health/ready");
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
            console.Error.WriteLine($"error: {url} does not answer ({e.Message}). Is '{program}' running there?");
        }

        return ExitCodes.SomeFailed;
    }
}
