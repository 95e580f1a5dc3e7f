using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// Turns what goes wrong into problem details. What comes too late for an answer, and who has hung up, are the matter
/// of the framework's exception handler, which calls this one.
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

    /// <summary>Explains a bare status: no such address, wrong method.</summary>
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
                $"There is nothing at {path}. The page is at {root}/, the API reference at {root}/docs."
            ),
            StatusCodes.Status405MethodNotAllowed => ProblemWriter.WriteAsync(
                context,
                ProblemKind.MethodNotAllowed,
                $"{path} does not take {context.Request.Method}. Allowed: {context.Response.Headers.Allow}."
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
                    "The request's body is larger than the service takes (GET /v1/info says how large it may "
                        + "be). Send a smaller image, or fewer at a time.",
                    null
                );
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return (
                    ProblemKind.UploadTooSlow,
                    "The body came in too slowly. Send it again over a faster connection, or make it smaller.",
                    null
                );
            case BadHttpRequestException bad:
                return (
                    ProblemKind.BadRequest,
                    $"{bad.Message.TrimEnd('.')}. Expected a request as HTTP/1.1 has it, with its whole body.",
                    null
                );
            case ConnectionResetException or ConnectionAbortedException:
                return (ProblemKind.BadRequest, "The connection ended before the body did. Send it again.", null);
            case OperationCanceledException
            or ObjectDisposedException when lifetime.ApplicationStopping.IsCancellationRequested:
                return (
                    ProblemKind.Stopping,
                    "The service is stopping. Send the request again when it runs.",
                    TimeSpan.FromSeconds(5)
                );
            default:
                return (
                    ProblemKind.ServerError,
                    "The service failed on this request; its log says why. If the same request fails again, "
                        + "please report it.",
                    null
                );
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A request failed.")]
    private partial void Failed(Exception error);
}
