using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Mien.Server;

/// <summary>
/// Lets in only callers with a key, where keys are set. A key comes as <c>Authorization: Bearer KEY</c> or
/// <c>X-Api-Key: KEY</c>; a browser's WebSocket, which cannot set headers, offers it as the subprotocol
/// <c>mien.key.BASE64URL(KEY)</c> beside <c>mien.v1</c>, since a query would stand in logs and histories.
/// </summary>
internal sealed class ApiKeyCheck(RequestDelegate next, ServerOptions options)
{
    /// <summary>The subprotocol of streams.</summary>
    public const string Protocol = "mien.v1";

    private const string KeyProtocol = "mien.key.";

    /// <summary>Where the caller's key is kept for the rate limit.</summary>
    private static readonly object Item = new();

    // Hashes are of one length, so that comparing them says nothing of a key's length.
    private readonly byte[][] keys = [.. options.ApiKeys.Select(Hash)];

    /// <summary>Which of the keys the caller sent; <see langword="null"/> where none is needed.</summary>
    public static int? KeyOf(HttpContext context) => (int?)context.Items[Item];

    public Task InvokeAsync(HttpContext context)
    {
        if (keys.Length == 0 || !Needs(context.Request.Path))
        {
            return next(context);
        }

        int found = -1;
        if (Sent(context.Request) is { } sent)
        {
            byte[] hash = Hash(sent);
            for (int i = 0; i < keys.Length; i++)
            {
                // All are compared, so that the time says nothing.
                found = CryptographicOperations.FixedTimeEquals(hash, keys[i]) ? i : found;
            }
        }

        if (found >= 0)
        {
            context.Items[Item] = found;
            return next(context);
        }

        throw new ProblemException(
            ProblemKind.NoKey,
            "The request has no valid API key. Send one as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'; "
                + "whoever runs the service gives them out."
        );
    }

    /// <summary>
    /// What costs work or tells of others' work needs a key; the page itself, its reference, limits and health do not.
    /// </summary>
    private static bool Needs(PathString path) =>
        (path.StartsWithSegments("/v1") && !path.StartsWithSegments("/v1/info")) || path.StartsWithSegments("/metrics");

    private static string? Sent(HttpRequest request)
    {
        string? authorization = request.Headers.Authorization;
        if (authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true)
        {
            return authorization["Bearer ".Length..].Trim();
        }

        if (request.Headers.TryGetValue("X-Api-Key", out var key))
        {
            return key.ToString();
        }

        string? offered = request
            .Headers.SecWebSocketProtocol.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries))
            .FirstOrDefault(p => p.StartsWith(KeyProtocol, StringComparison.Ordinal));
        try
        {
            return offered is null
                ? null
                : Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(offered[KeyProtocol.Length..]));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
