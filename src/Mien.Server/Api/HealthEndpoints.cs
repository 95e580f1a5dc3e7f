using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Mien.Server;

/// <summary><c>GET /health/live</c> and <c>GET /health/ready</c>: liveness and readiness probes.</summary>
internal sealed class HealthEndpoints(Readiness readiness, IHostApplicationLifetime lifetime)
{
    private static readonly byte[] Live = "{\"status\":\"live\"}"u8.ToArray();
    private static readonly byte[] Ready = "{\"status\":\"ready\"}"u8.ToArray();

    public static Task LiveAsync(HttpContext context) => Answers.WriteAsync(context, Live);

    public Task ReadyAsync(HttpContext context)
    {
        string? wrong =
            lifetime.ApplicationStopping.IsCancellationRequested ? "The service is stopping."
            : readiness.Error is not null ? "The networks failed to run; see the service's log."
            : !readiness.IsReady ? "The model is still starting. Try again in a moment."
            : null;
        return wrong is null
            ? Answers.WriteAsync(context, Ready)
            : throw new ProblemException(ProblemKind.NotReady, wrong) { RetryAfter = TimeSpan.FromSeconds(1) };
    }
}
