using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>Writes JSON responses.</summary>
internal static class Answers
{
    /// <summary>Answers 200 with JSON that caches must not store, since it describes people's photos.</summary>
    public static async Task WriteAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
