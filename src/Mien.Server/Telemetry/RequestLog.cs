using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// A line a request: what was asked for, and what became of it; never what was sent. Health and metrics are only logged
/// at the level debug, since they are asked for all the time.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        PathString path = context.Request.Path; // as it was asked for: a default file changes it
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

    /// <summary>A path is the client's text: it must not make lines of its own, nor long ones.</summary>
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
