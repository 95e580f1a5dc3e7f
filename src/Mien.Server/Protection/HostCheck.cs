using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>
/// Rejects requests for other host names (DNS rebinding protection). A site could point its own name at this machine
/// and would then have the same origin as the service; this is not possible with an IP address or <c>localhost</c>. The
/// framework's host filtering is not used, since its list cannot allow all IP addresses and its response is an empty
/// 400.
/// </summary>
internal sealed class HostCheck(RequestDelegate next, ServerOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        if (IsAllowed(host))
        {
            return next(context);
        }

        throw new ProblemException(
            ProblemKind.HostNotAllowed,
            $"The request has the host name '{(host.Length <= 80 ? host : host[..80] + "…")}', expected "
                + $"localhost or an IP address{string.Concat(options.AllowedHosts.Select(h => ", or " + h))}. "
                + $"The operator of the service can allow it with --allowed-hosts."
        );
    }

    private bool IsAllowed(string host) =>
        options.AllowedHosts.Contains("*")
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
