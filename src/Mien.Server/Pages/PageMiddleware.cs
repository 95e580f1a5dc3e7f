using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mien.Server;

/// <summary>
/// Serves the page. A browser asks each time whether a file has changed (<c>no-cache</c> with an entity tag), so that a
/// new version is seen at once.
/// </summary>
internal sealed class PageMiddleware(RequestDelegate next, PageFiles files)
{
    public async Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool get = HttpMethods.IsGet(request.Method),
            head = HttpMethods.IsHead(request.Method);
        if (context.GetEndpoint() is not null || files.Find(request.Path.Value ?? "/") is not { } file)
        {
            await next(context);
            return;
        }

        HttpResponse response = context.Response;
        if (!get && !head)
        {
            response.Headers.Allow = "GET, HEAD";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        response.Headers.ETag = file.Tag;
        response.Headers.CacheControl = "no-cache";
        SecurityHeaders.SetForPage(response);
        if (
            request
                .GetTypedHeaders()
                .IfNoneMatch.Any(t =>
                    t.Equals(EntityTagHeaderValue.Any)
                    || t.Compare(EntityTagHeaderValue.Parse(file.Tag), useStrongComparison: false)
                )
        )
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = file.Type;
        response.ContentLength = file.Content.Length;
        if (get)
        {
            await response.Body.WriteAsync(file.Content, context.RequestAborted);
        }
    }
}
