using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mien.Server;

/// <summary>
/// Handles the path prefix under which a reverse proxy serves the service: <c>X-Forwarded-Prefix</c> of a trusted
/// proxy, otherwise <see cref="ServerOptions.PathBase"/>. It strips the prefix if the proxy did not, so that later
/// middleware sees the service's own paths, and keeps it in <c>PathBase</c> for links. The page does not need it, since
/// its links are relative.
/// </summary>
internal sealed partial class PathPrefix(RequestDelegate next, ServerOptions options, ILogger<PathPrefix> logger)
{
    private const string Header = "X-Forwarded-Prefix";
    private const int MaxLength = 200;

    private static readonly string[] Endpoints = ["v1", "health", "metrics"];
    private static readonly HashSet<string> OwnNames = new(
        [.. Endpoints, .. PageFiles.RootNames],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly HashSet<IPAddress> proxies = [.. options.TrustedProxies.Select(Plain)];

    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string forwarded = Forwarded(context);
        var prefix = new PathString(forwarded.Length > 0 ? forwarded : options.PathBase);
        if (prefix.HasValue)
        {
            // If the prefix begins as a path of the service, one cannot tell whether the proxy stripped it. The header
            // is taken to mean that it did.
            if (!IsOwn(prefix.Value!) && request.Path.StartsWithSegments(prefix, out PathString rest))
            {
                request.Path = rest;
            }

            request.PathBase = prefix;
        }

        return next(context);
    }

    /// <summary>Parses a prefix; a single slash or an empty text means no prefix.</summary>
    /// <param name="text">The text, which may be percent-encoded.</param>
    /// <param name="prefix">The prefix, decoded and without a trailing slash; empty for none.</param>
    /// <returns>Whether the text is a path that is safe in links.</returns>
    public static bool TryRead(string text, out string prefix)
    {
        prefix = "";
        if (text is "" or "/")
        {
            return true;
        }

        if (text[0] != '/' || text.Length > MaxLength)
        {
            return false;
        }

        string[] segments = [.. text[1..(text.EndsWith('/') ? ^1 : ^0)].Split('/').Select(Uri.UnescapeDataString)];
        if (!segments.All(s => s is not ("" or "." or "..") && s.All(c => char.IsLetterOrDigit(c) || IsSign(c))))
        {
            return false;
        }

        prefix = "/" + string.Join('/', segments);
        return true;
    }

    /// <summary>Whether a prefix begins with a path of the service itself.</summary>
    public static bool IsOwn(string prefix) => prefix.Length > 0 && OwnNames.Contains(prefix.Split('/')[1]);

    /// <summary>The prefix from a trusted proxy; the values of chained proxies are joined.</summary>
    private string Forwarded(HttpContext context)
    {
        StringValues values = context.Request.Headers[Header];
        if (
            values.Count == 0
            || context.Connection.RemoteIpAddress is not { } address
            || !proxies.Contains(Plain(address))
        )
        {
            return "";
        }

        string whole = "";
        foreach (string value in values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (!TryRead(value, out string prefix) || whole.Length + prefix.Length > MaxLength)
            {
                Ignored(address);
                return "";
            }

            whole += prefix;
        }

        return whole;
    }

    private static bool IsSign(char c) => c is '-' or '.' or '_' or '~' or '@' or '+' or ':' or '=';

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    [LoggerMessage(2, LogLevel.Debug, Header + " of {Proxy} is not a valid path and was ignored.")]
    private partial void Ignored(IPAddress proxy);
}
