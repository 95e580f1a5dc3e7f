using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// Logs one line per request: method, path, status, duration and client address, never the content. Requests for health
/// and metrics are logged at level debug, since probes send them all the time.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        PathString path = context.Request.Path; // as requested, since the file server changes it for default files
        SecurityHeaders.Set(context.Response);
        try
        {
            await next(context);
        }
        finally
        {
            Write(context, path, Stopwatch.GetElapsedTime(start));
        }
    }

    private void Write(HttpContext context, PathString path, TimeSpan time)
    {
        LogLevel level =
            path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics")
                ? LogLevel.Debug
                : LogLevel.Information;
        if (logger.IsEnabled(level))
        {
            string shown = Printable(path);
            string? client = context.Connection.RemoteIpAddress?.ToString();
            Done(level, context.Request.Method, shown, context.Response.StatusCode, time.TotalMilliseconds, client);
        }
    }

    /// <summary>
    /// Sanitizes a path, which the client chose: no control characters, so that it cannot forge log lines, and not too
    /// long.
    /// </summary>
    private static string Printable(string? path)
    {
        string text = path ?? "";
        text = text.Length <= 200 ? text : text[..200] + "…";
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
    }

    [LoggerMessage(EventId = 1, Message = "{Method} {Path} {Status} in {Milliseconds:0.0} ms for {Client}")]
    private partial void Done(
        LogLevel level,
        string method,
        string path,
        int status,
        double milliseconds,
        string? client
    );
}
