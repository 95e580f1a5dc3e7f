using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>Writes errors as problem details (RFC 9457) with the additional member <c>code</c>. Thread-safe.</summary>
internal static class ProblemWriter
{
    /// <summary>Writes a problem as the response, which must not have started.</summary>
    public static Task WriteAsync(HttpContext context, ProblemKind kind, string detail, TimeSpan? retryAfter = null)
    {
        HttpResponse response = context.Response;
        SecurityHeaders.Set(response); // the framework's exception handler has removed all headers
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))
                .ToString(CultureInfo.InvariantCulture);
        }

        if (kind.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (
            kind.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout
            && HttpProtocol.IsHttp11(context.Request.Protocol)
        )
        {
            // The rest of the body is not read, so the connection cannot be used for another request.
            response.Headers.Connection = "close";
        }

        return TypedResults
            .Problem(
                detail,
                statusCode: kind.Status,
                title: kind.Title,
                type: kind.TypeUnder(context.Request.PathBase),
                extensions: [new("code", kind.Code)]
            )
            .ExecuteAsync(context);
    }
}
