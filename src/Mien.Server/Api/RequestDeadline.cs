using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>Cancels a request that takes too long or whose client has disconnected.</summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly CancellationTokenSource timeout;
    private readonly CancellationTokenSource linked;

    public RequestDeadline(HttpContext context, TimeSpan time)
    {
        timeout = new CancellationTokenSource(time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
    }

    public CancellationToken Token => linked.Token;

    /// <summary>Whether the time limit has passed.</summary>
    public bool IsOver => timeout.IsCancellationRequested;

    public void Dispose()
    {
        linked.Dispose();
        timeout.Dispose();
    }
}
