using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>
/// Rejects cross-site requests: CORS hides responses from pages of other sites, but does not stop their form POSTs or
/// WebSockets from reaching the service. Clients other than browsers send no <c>Origin</c>.
/// </summary>
internal sealed class OriginCheck(RequestDelegate next, ServerOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string? origin = request.Headers.Origin;
        if (
            string.IsNullOrEmpty(origin)
            || IsSame(origin, request.Host)
            || options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        )
        {
            return next(context);
        }

        throw new ProblemException(
            ProblemKind.OriginNotAllowed,
            $"The request comes from a page of the origin '{(origin.Length <= 80 ? origin : origin[..80] + "…")}', "
                + $"expected a page of this service. The operator of the service can allow the origin "
                + $"with --allowed-origins."
        );
    }

    /// <summary>
    /// Whether an origin is that of this service. The scheme is not compared, since a reverse proxy may terminate TLS.
    /// </summary>
    internal static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "http" or "https"
        && uri.AbsolutePath == "/"
        && host.HasValue
        && uri.IdnHost.Trim('[', ']').Equals(host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        && uri.Port == (host.Port ?? (uri.Scheme == "https" ? 443 : 80));
}
