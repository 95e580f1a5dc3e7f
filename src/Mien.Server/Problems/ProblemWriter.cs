using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>Writes errors as problem details (RFC 9457). Thread-safe.</summary>
internal static class ProblemWriter
{
    public const string MediaType = "application/problem+json";

    /// <summary>Answers with a problem; nothing may have been written yet.</summary>
    public static async Task WriteAsync(
        HttpContext context,
        ProblemKind kind,
        string detail,
        TimeSpan? retryAfter = null
    )
    {
        HttpResponse response = context.Response;
        string? allow = response.Headers.Allow;
        response.StatusCode = kind.Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))
                .ToString(CultureInfo.InvariantCulture);
        }

        if (
            kind.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout
            && HttpProtocol.IsHttp11(context.Request.Protocol)
        )
        {
            // The rest of the body will not be read: the client must not send another request behind it.
            response.Headers.Connection = "close";
        }

        byte[] body = JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", kind.Type);
            json.WriteString("title", kind.Title);
            json.WriteNumber("status", kind.Status);
            json.WriteString(
                "detail",
                allow is { Length: > 0 } && kind == ProblemKind.MethodNotAllowed
                    ? $"{detail} Allowed: {allow}."
                    : detail
            );
            json.WriteString("code", kind.Code);
            json.WriteEndObject();
        });
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
