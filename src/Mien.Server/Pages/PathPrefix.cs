using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mien.Server;

/// <summary>
/// Knows the path under which a reverse proxy serves the service: what a trusted proxy says in
/// <c>X-Forwarded-Prefix</c>, else <see cref="ServerOptions.PathBase"/>. It takes it off where the proxy did not, so
/// that all that follows sees the service's own addresses, and keeps it for links. The page needs none of it: its
/// addresses are relative.
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
            // Under an address of its own the service cannot tell whether it was taken off. The header says so.
            if (!IsOwn(prefix.Value!) && request.Path.StartsWithSegments(prefix, out PathString rest))
            {
                request.Path = rest;
            }

            request.PathBase = prefix;
        }

        return next(context);
    }

    /// <summary>Reads a prefix; a slash alone, or nothing, is none.</summary>
    /// <param name="text">The text, which may be percent-encoded.</param>
    /// <param name="prefix">The prefix, decoded and without a slash at its end; empty for none.</param>
    /// <returns>Whether it is a path, and one that is safe in links.</returns>
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

    /// <summary>Whether a prefix begins as an address of the service itself.</summary>
    public static bool IsOwn(string prefix) => prefix.Length > 0 && OwnNames.Contains(prefix.Split('/')[1]);

    /// <summary>What a trusted proxy says; several proxies, one behind the other, each add theirs.</summary>
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

    [LoggerMessage(2, LogLevel.Debug, Header + " of {Proxy} is no path and was ignored.")]
    private partial void Ignored(IPAddress proxy);
}
