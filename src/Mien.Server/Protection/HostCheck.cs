using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>
/// Refuses requests for host names that are not this service's. A site can point its own name at this machine (DNS
/// rebinding) and would then be of the same origin; it cannot do so with an address or with <c>localhost</c>. Not the
/// framework's host filtering: its list cannot say 'any address', and it answers a bare 400.
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
            $"The request is for the host '{(host.Length <= 80 ? host : host[..80] + "…")}', expected "
                + $"localhost or an IP address{string.Concat(options.AllowedHosts.Select(h => ", or " + h))}. "
                + $"Whoever runs the service can allow the name with --allowed-hosts."
        );
    }

    private bool IsAllowed(string host) =>
        options.AllowedHosts.Contains("*")
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
