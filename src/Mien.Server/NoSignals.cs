using Microsoft.Extensions.Hosting;

namespace Mien.Server;

/// <summary>Leaves Ctrl-C and SIGTERM to the program, which handles them itself.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
