using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>
/// Refuses what pages of other sites send: CORS hides answers from them, but does not keep a form's POST or a WebSocket
/// from arriving. Clients that are no browsers send no <c>Origin</c>.
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
            $"The request comes from a page of '{(origin.Length <= 80 ? origin : origin[..80] + "…")}', "
                + $"expected a page of this service. Whoever runs the service can allow the site with "
                + $"--allowed-origins."
        );
    }

    /// <summary>
    /// Whether an origin is that of this service. Its scheme is not compared: a proxy may speak TLS in front of it.
    /// </summary>
    internal static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "http" or "https"
        && uri.AbsolutePath == "/"
        && host.HasValue
        && uri.IdnHost.Trim('[', ']').Equals(host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        && uri.Port == (host.Port ?? (uri.Scheme == "https" ? 443 : 80));
}
