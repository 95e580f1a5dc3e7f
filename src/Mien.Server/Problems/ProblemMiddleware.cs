using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// Turns what goes wrong into problem details, and bare statuses (no such address, wrong method) too.
/// </summary>
internal sealed partial class ProblemMiddleware(
    RequestDelegate next,
    ILogger<ProblemMiddleware> logger,
    IHostApplicationLifetime lifetime
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (context.Response.HasStarted)
        {
            // Too late for an answer of its own: the connection is cut, so that the client sees that something is
            // missing.
            if (!context.RequestAborted.IsCancellationRequested)
            {
                Failed(e);
                context.Abort();
            }

            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // nobody reads it; the log and the metrics do
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception e)
        {
            (ProblemKind kind, string detail, TimeSpan? retryAfter) = Explain(e);
            if (kind.Status == StatusCodes.Status500InternalServerError)
            {
                Failed(e);
            }

            await ProblemWriter.WriteAsync(context, kind, detail, retryAfter);
            return;
        }

        if (
            !context.Response.HasStarted
            && context.Response.ContentType is null
            && context.Response.ContentLength is null
        )
        {
            string path = context.Request.Path;
            switch (context.Response.StatusCode)
            {
                case StatusCodes.Status404NotFound:
                    await ProblemWriter.WriteAsync(
                        context,
                        ProblemKind.NotFound,
                        $"There is nothing at {path}. The page is at /, the API reference at /docs."
                    );
                    break;
                case StatusCodes.Status405MethodNotAllowed:
                    await ProblemWriter.WriteAsync(
                        context,
                        ProblemKind.MethodNotAllowed,
                        $"{path} does not take {context.Request.Method}."
                    );
                    break;
            }
        }
    }

    private (ProblemKind Kind, string Detail, TimeSpan? RetryAfter) Explain(Exception error)
    {
        switch (error)
        {
            case ProblemException problem:
                return (problem.Kind, problem.Message, problem.RetryAfter);
            case MienException known:
                return (ProblemKind.Of(known), ProblemKind.DetailOf(known), null);
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
