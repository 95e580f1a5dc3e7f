using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Mien.Server;

/// <summary>
/// Requires an API key if keys are configured. Clients send it as <c>Authorization: Bearer KEY</c> or
/// <c>X-Api-Key: KEY</c>. A browser's WebSocket, which cannot set headers, offers it as the subprotocol
/// <c>mien.key.BASE64URL(KEY)</c> besides <c>mien.v1</c>; a query parameter would appear in logs and browser histories.
/// </summary>
internal sealed class ApiKeyCheck(RequestDelegate next, ServerOptions options)
{
    /// <summary>The WebSocket subprotocol of streams.</summary>
    public const string Protocol = "mien.v1";

    private const string KeyProtocol = "mien.key.";

    /// <summary>
    /// The key in <see cref="HttpContext.Items"/> for the index of the API key, which the rate limiter uses.
    /// </summary>
    private static readonly object Item = new();

    // Hashes have a fixed length, so that the comparison's time does not reveal the length of a key.
    private readonly byte[][] keys = [.. options.ApiKeys.Select(Hash)];

    /// <summary>The index of the key that the client sent; <see langword="null"/> if none is needed.</summary>
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
                // All keys are compared in fixed time, so that the time does not reveal which one matches.
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
                + "the operator of the service issues keys."
        );
    }

    /// <summary>
    /// Recognition, streams, models and metrics need a key. The page, the API reference, <c>/v1/info</c> and health
    /// checks do not.
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
