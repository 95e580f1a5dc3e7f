using Microsoft.Extensions.Hosting;

namespace Mien.Server;

/// <summary>Leaves Ctrl-C and SIGTERM to the program, which has its own way with them.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
