using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// Converts exceptions to problem details. The framework's exception handler, which calls this one, handles exceptions
/// after the response has started and disconnected clients.
/// </summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger, IHostApplicationLifetime lifetime)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception error, CancellationToken _)
    {
        (ProblemKind kind, string detail, TimeSpan? retryAfter) = Explain(error);
        if (kind.Status == StatusCodes.Status500InternalServerError)
        {
            Failed(error);
        }

        context.Response.Headers.AcceptEncoding = (error as ProblemException)?.AcceptEncoding;
        await ProblemWriter.WriteAsync(context, kind, detail, retryAfter);
        return true;
    }

    /// <summary>Writes the problem of a response without a body: 404 and 405.</summary>
    public static Task ExplainStatusAsync(StatusCodeContext status)
    {
        HttpContext context = status.HttpContext;
        PathString root = context.Request.PathBase;
        string path = root.Add(context.Request.Path);
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ProblemWriter.WriteAsync(
                context,
                ProblemKind.NotFound,
                $"{path} was not found. The page is at {root}/, the API reference at {root}/docs."
            ),
            StatusCodes.Status405MethodNotAllowed => ProblemWriter.WriteAsync(
                context,
                ProblemKind.MethodNotAllowed,
                $"{path} does not support {context.Request.Method}. Allowed: {context.Response.Headers.Allow}."
            ),
            _ => Task.CompletedTask,
        };
    }

    private (ProblemKind Kind, string Detail, TimeSpan? RetryAfter) Explain(Exception error)
    {
        switch (error)
        {
            case ProblemException problem:
                return (problem.Kind, problem.Message, problem.RetryAfter);
            case MienException known:
                return (
                    ProblemKind.Of(known),
                    ProblemKind.DetailOf(known),
                    known.Kind == ErrorKind.Unavailable ? TimeSpan.FromSeconds(5) : null
                );
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return (
                    ProblemKind.TooLarge,
                    "The request body is larger than the limit (see GET /v1/info). Send a smaller image, or fewer "
                        + "images per request.",
                    null
                );
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return (
                    ProblemKind.UploadTooSlow,
                    "The upload was too slow. Use a faster connection or a smaller image.",
                    null
                );
            case BadHttpRequestException bad:
                return (
                    ProblemKind.BadRequest,
                    $"{bad.Message.TrimEnd('.')}. Expected a valid HTTP request with a complete body.",
                    null
                );
            case ConnectionResetException or ConnectionAbortedException:
                return (
                    ProblemKind.BadRequest,
                    "The connection was closed before the body was complete. Send the request again.",
                    null
                );
            case OperationCanceledException
            or ObjectDisposedException when lifetime.ApplicationStopping.IsCancellationRequested:
                return (
                    ProblemKind.Stopping,
                    "The service is shutting down. Try again later.",
                    TimeSpan.FromSeconds(5)
                );
            default:
                return (
                    ProblemKind.ServerError,
                    "The service failed to process this request; see its log. If the same request fails again, "
                        + "please report it.",
                    null
                );
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A request failed.")]
    private partial void Failed(Exception error);
}
